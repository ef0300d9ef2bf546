using System.Net;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Cluster.Membership;
using Holdfast.Lab.Cluster.Replicas;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster;

/// <summary>
/// One run of a node's process: its gossip, its coordinator, its replica side and its start. A synchronous handler of what
/// arrives; all its memory goes with it.
/// </summary>
internal sealed class NodeProcess : IMembershipListener
{
    private readonly LabCluster cluster;
    private readonly Randomness randomness;
    private readonly NodeStartup startup;
    private int gossipDisabledBy;

    public NodeProcess(LabCluster cluster, Node node, StartOptions options)
    {
        this.cluster = cluster;
        Node = node;
        randomness = cluster.Scheduler.Randomness.Fork($"node {node.Index} run {node.Incarnation}");
        Life = new Lifeline(cluster.Scheduler);
        var timings = cluster.Options.Membership;
        if (options.NeverRetriesEcho)
        {
            timings = timings with { EchoRetryAfter = null };
        }

        if (options.SkipWaits)
        {
            timings = timings with { Settle = TimeSpan.Zero, WaitForPeersMax = TimeSpan.Zero };
        }

        Gossiper = new Gossiper(InitialState(), cluster.Seeds, Life, randomness.Fork("gossip"), timings, Send, this);
        Ring = new RingView(Gossiper);
        Replica = new ReplicaService(this);
        Coordinator = new Coordinator(this, cluster.Options.Timeouts, randomness.Fork("coordinator"));
        Hints = new HintDelivery(this, cluster.Options.Timeouts);
        Events = new ClientEvents(this);
        Gate = new RequestGate(node, Life, cluster.Options.InFlightMax, randomness.Fork("gate"));
        Schema = new SchemaSync(this);
        Clients = new ClientServer(this, cluster.Options, randomness.Fork("clients"));
        startup = new NodeStartup(this, cluster, timings, randomness.Fork("start"));
        startup.Begin(options);
    }

    public Node Node { get; }

    public Lifeline Life { get; }

    public Gossiper Gossiper { get; }

    public RingView Ring { get; }

    public Coordinator Coordinator { get; }

    public ReplicaService Replica { get; }

    public HintDelivery Hints { get; }

    public ClientEvents Events { get; }

    public RequestGate Gate { get; }

    public SchemaSync Schema { get; }

    public ClientServer Clients { get; }

    /// <summary>Whether CQL clients can connect.</summary>
    public bool IsOpen { get; private set; }

    public NodeState State => Life.IsPaused ? NodeState.Paused : startup.State;

    public string DatacenterOf(int node) => cluster.Nodes[node].Datacenter;

    public Node NodeOf(int node) => cluster.Nodes[node];

    public void Send(int to, InternodeMessage message)
    {
        if (!Life.IsEnded)
        {
            cluster.Network.Send(Node.Index, to, message);
        }
    }

    public void Receive(int from, InternodeMessage message)
    {
        if (Node.Troubles.None || message is not ReplicaRequest)
        {
            Life.RunOrDrop(() => Dispatch(from, message));
        }
        else
        {
            Life.After(Node.Troubles.DrawDelay(randomness), () => Dispatch(from, message));
        }
    }

    public void Acknowledged(WriteOperation write, bool first, int replica)
    {
        if (cluster.Ledger is { } ledger)
        {
            ledger.Acknowledge(write.Mutation, first ? write.Acknowledged : [replica], cluster.Scheduler.Now, n => cluster.Nodes[n].Disk.Store);
        }
    }

    public void OpenCql()
    {
        IsOpen = true;
        Gossiper.Update(Gossiper.Self.Info with { RpcReady = true });
        cluster.CqlOpened(this);
    }

    public void CloseCql(Ending ending)
    {
        if (IsOpen)
        {
            IsOpen = false;
            Clients.End(ending);
            cluster.CqlClosed(this, ending);
        }
    }

    public void CannotRead(IPEndPoint client, string what) => cluster.CannotRead(Node, client, what);

    /// <summary>nodetool disablegossip: says goodbye to its peers, and keeps the view it has, until as many have enabled it.</summary>
    public void DisableGossip()
    {
        if (gossipDisabledBy++ == 0)
        {
            Gossiper.Shutdown();
        }
    }

    public void EnableGossip()
    {
        if (--gossipDisabledBy > 0)
        {
            return;
        }

        Gossiper.Start(startup.NextGeneration(), TimeSpan.Zero);
        Gossiper.Update(Gossiper.Self.Info with { RpcReady = IsOpen });
    }

    public void PeerUp(int node)
    {
        cluster.Trace("peer-up", Node.Index, node);
        Schema.PeerChanged(node, Gossiper.Peers[node].Info); // a node without data has its schema before it opens
        Events.PeerUp(node);
    }

    public void PeerDown(int node)
    {
        cluster.Trace("peer-down", Node.Index, node);
        Events.PeerDown(node);
    }

    public void PeerChanged(int node, EndpointInfo? before, EndpointInfo after)
    {
        if (before is null || before.Status != after.Status || before.HostId != after.HostId || !before.Tokens.SequenceEqual(after.Tokens))
        {
            Ring.Changed();
            cluster.Trace("ring", Node.Index, node);
        }

        if (after.Status == RingStatus.Normal)
        {
            Node.Disk.SavePeer(Gossiper.Peers[node].State);
        }
        else if (after.Status == RingStatus.Left)
        {
            Node.Disk.ForgetPeer(node);
        }

        Schema.PeerChanged(node, after);
        Events.PeerChanged(node, before, after);
    }

    private void Dispatch(int from, InternodeMessage message)
    {
        if (!startup.IsListening)
        {
            return;
        }

        switch (message)
        {
            case SchemaPush or SchemaPull:
                Schema.Handle(from, message);
                break;
            case HintResponse hint:
                Hints.Delivered(from, hint.Id);
                break;
            case ReplicaRequest request:
                Replica.Handle(from, request);
                break;
            case ReplicaResponse response:
                Coordinator.Receive(from, response);
                break;
            default:
                if (!startup.Takes(from, message))
                {
                    Gossiper.Handle(from, message);
                }

                break;
        }
    }

    private EndpointState InitialState()
    {
        var disk = Node.Disk;
        var status = disk.HasJoined ? RingStatus.Normal : RingStatus.Joining;
        var info = new EndpointInfo(
            status, disk.HostId, Node.Datacenter, Node.Rack, disk.Tokens, disk.Schema.State.Version, RpcReady: false, Shutdown: false);
        return new EndpointState(Node.Index, 0, 0, 0, info);
    }
}
