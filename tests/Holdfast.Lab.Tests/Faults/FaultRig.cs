using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Tests.Cluster;
using Holdfast.Lab.Workload;

namespace Holdfast.Lab.Tests.Faults;

/// <summary>Four nodes in two data centres, with a password and a table of sessions, for whoever breaks one and looks at what it does.</summary>
internal sealed class FaultRig
{
    public const int Other = 2; // eqiad-3, which is broken only where all of its data centre is
    public const int Far = 3; // codfw-1
    private readonly List<Guid> firstHostIds;

    public FaultRig()
    {
        Scheduler = new Scheduler(1, new DateTimeOffset(2023, 1, 24, 20, 0, 0, TimeSpan.Zero));
        DatacenterOptions[] datacenters = [new("eqiad", 3), new("codfw", 1)];
        Cluster = new LabCluster(Scheduler, new ClusterOptions { Datacenters = datacenters, Credentials = new Credentials("lab", "secret") });
        Cluster.StartWarm();
        Run(30);
        SessionSchema.Create(Cluster, datacenters);
        Faults = new FaultBoard(Cluster);
        firstHostIds = [.. Cluster.Nodes.Select(n => n.Disk.HostId)];
    }

    /// <summary>The broken node that is looked at.</summary>
    public int X { get; set; }

    /// <summary>Of X.</summary>
    public Guid FirstHostId => firstHostIds[X];

    public Scheduler Scheduler { get; }

    public LabCluster Cluster { get; }

    public FaultBoard Faults { get; }

    public Node this[int node] => Cluster.Nodes[node];

    public void Run(double seconds) => Scheduler.RunFor(TimeSpan.FromSeconds(seconds));

    public bool Until(Func<FaultRig, bool> holds, double seconds)
    {
        var end = Scheduler.Now + TimeSpan.FromSeconds(seconds);
        while (!holds(this))
        {
            if (Scheduler.Now >= end)
            {
                return false;
            }

            Run(0.25);
        }

        return true;
    }

    /// <summary>A client of X that has come as far as it can.</summary>
    public WireClient? Connected(byte version = 4)
    {
        if (this[X].Process is not { IsOpen: true })
        {
            return null;
        }

        var client = new WireClient(this[X]) { Version = version };
        client.Startup();
        Run(0.01);
        client.Authenticate("lab", "secret");
        Run(0.01);
        return client;
    }

    /// <summary>Of one request to X: the answer's code, how it ended instead, or neither.</summary>
    public Outcome Ask(string query, ushort level = 6, double within = 6, byte version = 4, bool executes = false)
    {
        if (Connected(version) is not { Ended: null } client)
        {
            return new Outcome(null, "not connected", default, null);
        }

        byte[] id = [];
        if (executes)
        {
            var prepared = client.Prepare(query);
            Run(0.01);
            id = client.AnswerTo(prepared) is { IsError: false } answer ? answer.PreparedId : [];
        }

        var from = Scheduler.Now;
        var asked = executes ? client.Execute(id, level) : client.Query(query, level);
        Scheduler.RunUntil(() => client.AnswerTo(asked) is not null || client.Ended is not null || client.WasCorrupted, TimeSpan.FromSeconds(within));
        var frame = client.AnswerTo(asked);
        return new Outcome(frame is null ? null : frame.IsError ? frame.Code : -1, client.Ended, Scheduler.Now - from, client);
    }

    public Outcome Read(byte version = 4, bool executes = false) =>
        Ask("SELECT value FROM kask.values WHERE key = 'a'", version: version, executes: executes);

    public Outcome Write(ushort level = 6) => Ask("INSERT INTO kask.values (key, value) VALUES ('a', 0x00)", level);

    public double Loss(int from, int to) => Cluster.Network.LinkOf(from, to).LossOf(Lab.Cluster.Internode.Verb.Read);

    public bool Sees(int observer, int peer) => this[observer].Process?.Gossiper.IsAlive(peer) ?? false;
}

/// <param name="Code">Of an error; -1 for any other answer, null for none.</param>
/// <param name="Ended">How the connection did.</param>
/// <param name="After">How long it took.</param>
/// <param name="Client">Who asked.</param>
internal sealed record Outcome(int? Code, string? Ended, TimeSpan After, WireClient? Client)
{
    public bool Succeeded => Code == -1;
}
