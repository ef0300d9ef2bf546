using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport.Memory;

namespace Holdfast.Lab.Workload;

/// <summary>
/// A node as gocql keeps it: a connection, which is filled up again as soon as it is lost; a node that cannot be had is down until
/// an event says that it is up, or a minute has passed. Prepared ids are remembered across connections: after a restart the node
/// forgets them and says so.
/// </summary>
internal sealed class Host : NodeConnection.IOwner
{
    private const int DialsMax = 3;
    private const int HeartbeatFailuresMax = 5;

    private static readonly TimeSpan BetweenDials = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(5);

    private readonly MemoryNetwork network;
    private readonly Credentials credentials;
    private readonly TimeSpan timeout;
    private readonly IPool pool;
    private NodeConnection? connection;
    private int dials;

    public Host(MemoryNetwork network, Node node, Credentials credentials, TimeSpan timeout, IPool pool)
    {
        Node = node;
        this.network = network;
        this.credentials = credentials;
        this.timeout = timeout;
        this.pool = pool;
    }

    internal interface IPool
    {
        /// <summary>Whether it can be asked has changed, or why it cannot.</summary>
        void Changed(Host host, string how);

        void Told(Host host, ClientAnswer happened);
    }

    public Node Node { get; }

    public NodeConnection? Ready => connection is { IsReady: true } ? connection : null;

    /// <summary>Not asked, and not dialled by itself.</summary>
    public bool IsDown { get; private set; }

    public SortedDictionary<OperationKind, PreparedId> Prepared { get; } = [];

    private Scheduler Scheduler => network.Scheduler;

    /// <summary>Dials it, unless there is a connection already.</summary>
    public void Fill()
    {
        IsDown = false;
        if (connection is null)
        {
            dials = 0;
            Dial();
        }
    }

    /// <summary>It is said to be down: whatever it still does, it is not asked.</summary>
    public void MarkDown()
    {
        IsDown = true;
        connection?.Close("the node is said to be down");
    }

    void NodeConnection.IOwner.Ready(NodeConnection ready)
    {
        dials = 0;
        Beat(ready, FirstHeartbeat, 0);
        pool.Changed(this, "connected");
    }

    void NodeConnection.IOwner.Lost(NodeConnection lost, string reason)
    {
        connection = null;
        pool.Changed(this, reason);
        if (IsDown)
        {
            return;
        }

        if (dials == 0)
        {
            Scheduler.Post(Redial); // it was in use: fill up at once
        }
        else if (reason is "connection refused" || dials >= DialsMax)
        {
            IsDown = true;
        }
        else
        {
            Scheduler.After(BetweenDials, Redial);
        }
    }

    void NodeConnection.IOwner.Told(NodeConnection by, ClientAnswer happened) => pool.Told(this, happened);

    private void Redial()
    {
        if (connection is null && !IsDown)
        {
            Dial();
        }
    }

    private void Dial()
    {
        dials++;
        connection = new NodeConnection(network, Node, credentials, timeout, this);
    }

    /// <summary>A connection that answers no OPTIONS for six times is given up: that is how a half-open one ends.</summary>
    private void Beat(NodeConnection on, TimeSpan after, int failures) => Scheduler.After(after, () =>
    {
        if (connection != on)
        {
            return;
        }

        on.Ask(Opcode.Options, [], answer =>
        {
            if (answer.Missing is null)
            {
                Beat(on, HeartbeatEvery, 0);
            }
            else if (failures == HeartbeatFailuresMax)
            {
                on.Close("heartbeat failed");
            }
            else
            {
                Beat(on, after, failures + 1);
            }
        });
    });
}
