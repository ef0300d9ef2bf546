using System.Text;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>A cluster that has run for long, in virtual time, and requests straight to a coordinator, without frames.</summary>
internal sealed class TestCluster
{
    public static readonly Guid Table = new("5a1c395e-b41f-11e5-9f22-ba0be0483c18");

    public TestCluster(ulong seed = 1, ClusterOptions? options = null, Replication? replication = null)
    {
        Scheduler = new Scheduler(seed, new DateTimeOffset(2023, 1, 24, 20, 0, 0, TimeSpan.Zero));
        Cluster = new LabCluster(Scheduler, options ?? new ClusterOptions());
        Replication = replication ?? Replication.Simple(3);
        Faults = new FaultBoard(Cluster);
        Cluster.StartWarm();
        Scheduler.RunFor(TimeSpan.FromSeconds(60));
    }

    public Scheduler Scheduler { get; }

    public LabCluster Cluster { get; }

    public FaultBoard Faults { get; }

    public Replication Replication { get; }

    public Node this[int node] => Cluster.Nodes[node];

    public static PartitionKey Key(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        return new PartitionKey(bytes, new Randomness((ulong)name.Length + bytes.Aggregate(17UL, (h, b) => (h * 31) + b)).NextInt64());
    }

    public Mutation Write(string key, string value, long? timestamp = null) => new(
        Table,
        new PartitionData(
            Key(key),
            Deletion.None,
            [new Row([], Liveness.None, Deletion.None, [Cell.Live(0, timestamp ?? Scheduler.Now.Ticks / 10, Encoding.UTF8.GetBytes(value))])]));

    /// <summary>Sends one write and runs the cluster until its answer.</summary>
    public Answer Write(int coordinator, ConsistencyLevel level = ConsistencyLevel.LocalQuorum, string key = "key", string value = "value") =>
        Ask(done => this[coordinator].Process!.Coordinator.Write(Write(key, value), Replication, level, error => done(error, null)));

    public Answer Read(int coordinator, ConsistencyLevel level = ConsistencyLevel.LocalQuorum, string key = "key") =>
        Ask(done => this[coordinator].Process!.Coordinator.Read(
            new ReadCommand(Table, Key(key)), Replication, level, (data, error) => done(error, data)));

    /// <summary>Runs until the condition holds and tells how long that took.</summary>
    public TimeSpan? Until(Func<bool> condition, double withinSeconds)
    {
        var from = Scheduler.Now;
        return Scheduler.RunUntil(condition, TimeSpan.FromSeconds(withinSeconds)) ? Scheduler.Now - from : null;
    }

    public ActiveFault Fault(string kind, int node, params (string Name, string Value)[] arguments) =>
        Faults.Apply(kind, [this[node].Name], arguments);

    public bool Sees(int observer, int peer) => this[observer].Process!.Gossiper.IsAlive(peer);

    /// <summary>Probes every 0.1 s, one at a time, until a probe fits; tells when it was sent, counted from now.</summary>
    public TimeSpan? ProbeUntil(Func<Answer> probe, Func<Answer, bool> fits, double withinSeconds)
    {
        var from = Scheduler.Now;
        while (Scheduler.Now - from < TimeSpan.FromSeconds(withinSeconds))
        {
            var sent = Scheduler.Now;
            if (fits(probe()))
            {
                return sent - from;
            }

            Scheduler.RunUntil(sent + TimeSpan.FromSeconds(0.1));
        }

        return null;
    }

    public void Run(double seconds) => Scheduler.RunFor(TimeSpan.FromSeconds(seconds));

    private Answer Ask(Action<Action<RequestError?, PartitionData?>> ask)
    {
        var from = Scheduler.Now;
        Answer? answer = null;
        ask((error, data) => answer = new Answer(error, data, Scheduler.Now - from));
        Scheduler.RunUntil(() => answer is not null, TimeSpan.FromSeconds(30));
        return answer ?? new Answer(null, null, null);
    }
}

/// <summary>What a coordinator answered and after how long; no time at all means never.</summary>
internal sealed record Answer(RequestError? Error, PartitionData? Data, TimeSpan? After)
{
    public bool Succeeded => Error is null && After is not null;

    public string? Value => Data is { Rows.Length: 1 } data && data.Rows[0].TryGetCell(0, out var cell) && !cell.IsTombstone
        ? Encoding.UTF8.GetString(cell.Value)
        : null;
}
