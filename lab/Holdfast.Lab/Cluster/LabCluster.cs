using System.Net;
using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.SystemTables;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster;

/// <summary>The nodes, the network between them and the scheduler under all. The cluster itself decides nothing: nodes do.</summary>
internal sealed class LabCluster
{
    /// <summary>So long after a warm start every failure detector has a history.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(60);

    private readonly List<Node> nodes = [];
    private readonly List<int> seeds = [];
    private readonly Randomness randomness;

    public LabCluster(Scheduler scheduler, ClusterOptions options)
    {
        Scheduler = scheduler;
        Options = options;
        Network = new InternodeNetwork(scheduler, options.Latency);
        randomness = scheduler.Randomness.Fork("cluster");
        foreach (var datacenter in options.Datacenters)
        {
            for (var i = 0; i < datacenter.Nodes; i++)
            {
                var node = AddMachine(datacenter.Name);
                node.Disk.HasJoined = true;
                if (i == 0)
                {
                    seeds.Add(node.Index);
                }
            }
        }
    }

    public event Action<Node>? Opened;

    public event Action<Node, Ending>? Closed;

    /// <summary>A client sent what is no request; once a connection, with what it was.</summary>
    public event Action<Node, IPEndPoint, string>? Misread;

    /// <summary>Something that a verdict could depend on: views, processes, faults.</summary>
    public event Action? Changed;

    public Scheduler Scheduler { get; }

    public ClusterOptions Options { get; }

    public InternodeNetwork Network { get; }

    public IReadOnlyList<Node> Nodes => nodes;

    /// <summary>The scheduler's time from which people count: after the warm-up, where there was one.</summary>
    public TimeSpan ReadyAt { get; set; }

    /// <summary>Kept only by those who judge: it remembers every acknowledged write.</summary>
    public QuorumLedger? Ledger { get; set; }

    /// <summary>For tables that no schema knows: tests that go straight to a coordinator.</summary>
    public Replication UnknownReplication { get; init; } = Replication.Simple(3);

    /// <summary>The first node of every data centre.</summary>
    public IReadOnlyList<int> Seeds => seeds;

    /// <summary>Every node open and of one mind, as a cluster that has run for long.</summary>
    public void StartWarm()
    {
        foreach (var node in nodes)
        {
            node.Run(new StartOptions { Warm = true });
        }

        foreach (var node in nodes)
        {
            node.Process!.OpenCql();
        }

        foreach (var node in nodes)
        {
            node.Process!.Gossiper.AssumeAlive([.. nodes.Where(n => n != node).Select(n => n.Process!.Gossiper.Self)]);
        }
    }

    /// <summary>A machine with a fresh disk; nothing runs on it and no node knows it.</summary>
    public Node AddMachine(string datacenter)
    {
        var index = nodes.Count;
        var number = nodes.Count(n => n.Datacenter == datacenter);
        var racks = Options.Datacenters.FirstOrDefault(d => d.Name == datacenter)?.Racks ?? 1;
        var node = new Node(this, index, Options.AddressOf(index), datacenter, number, $"rack{(number % racks) + 1}", NewDisk());
        nodes.Add(node);
        Network.Attach(node);
        return node;
    }

    /// <summary>The ring by the machines' own disks, whatever anybody believes.</summary>
    public TokenRing JoinedRing() => new(
        nodes.Where(n => n.Disk.HasJoined).Select(n => new RingMember(n.Index, n.Datacenter, n.Rack, n.Disk.Tokens)));

    /// <summary>How a table is replicated, by the latest schema that any disk has.</summary>
    public Replication ReplicationOf(Guid table)
    {
        var keyspace = LatestSchema().Keyspaces.FirstOrDefault(k => k.Tables.Values.Any(t => t.Id == table));
        return keyspace is null ? UnknownReplication : SchemaSync.ToTopology(keyspace.Replication, nodes.Count);
    }

    /// <summary>The same by a keyspace's name; null when no disk has it.</summary>
    public Replication? FindReplication(string keyspace) =>
        LatestSchema().FindKeyspace(keyspace) is { } found ? SchemaSync.ToTopology(found.Replication, nodes.Count) : null;

    /// <summary>The keyspaces that clients made, by the latest schema that any disk has.</summary>
    public IReadOnlyList<string> ClientKeyspaces() =>
        [.. LatestSchema().Keyspaces.Select(k => k.Name).Where(n => SystemKeyspaces.All.All(s => s.Name != n)).Order(StringComparer.Ordinal)];

    public Guid NewHostId() => randomness.NextGuid();

    public NodeDisk NewDisk() => new(NewHostId(), TokenAllocation.Draw(randomness, Options.TokensPerNode));

    /// <summary>Every change of the cluster's state is told here, whoever makes it.</summary>
    public void Trace(string kind, long a = 0, long b = 0, long c = 0)
    {
        Scheduler.Trace.Add(Scheduler.Now, kind, a, b, c);
        Changed?.Invoke();
    }

    public void CqlOpened(NodeProcess process)
    {
        Trace("cql-open", process.Node.Index);
        Opened?.Invoke(process.Node);
    }

    public void CqlClosed(NodeProcess process, Ending ending)
    {
        Trace("cql-closed", process.Node.Index, (int)ending);
        Closed?.Invoke(process.Node, ending);
    }

    public void CannotRead(Node node, IPEndPoint client, string what) => Misread?.Invoke(node, client, what);

    private SchemaState LatestSchema() => nodes.Select(n => n.Disk.Schema).Aggregate((a, b) => b.IsLaterThan(a) ? b : a).State;
}
