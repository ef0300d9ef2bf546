using System.Text;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Storage;
using Holdfast.Lab.Tests.Cluster;
using Holdfast.Lab.Workload;

namespace Holdfast.Lab.Tests.Model;

/// <summary>
/// One seed: writes, reads and deletes of a few keys at quorum levels through random coordinators, under random faults; then
/// everything is healed. What must hold is checked while it runs and at the end: by <see cref="ReadChecks"/> and <see cref="OracleWatch"/>.
/// </summary>
internal sealed class RandomHistory
{
    private const int GraceSeconds = 45;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(90);
    private static readonly ConsistencyLevel[] OtherLevels =
    [
        ConsistencyLevel.One, ConsistencyLevel.LocalOne, ConsistencyLevel.Two, ConsistencyLevel.Three, ConsistencyLevel.All, ConsistencyLevel.Any,
    ];

    private static readonly string[] Keys = [.. Enumerable.Range(0, 10).Select(i => $"key {i}")];

    private readonly Scheduler scheduler;
    private readonly LabCluster cluster;
    private readonly Replication replication;
    private readonly TokenRing ring;
    private readonly QuorumLedger ledger = new();
    private readonly Randomness random;
    private readonly FaultBoard faults;
    private readonly OracleWatch watch;
    private readonly ReadChecks checks;
    private readonly ForgottenDeletes forgotten;
    private readonly bool compacts;
    private readonly TableMetadata table;
    private long lastTimestamp;

    public RandomHistory(ulong seed)
    {
        scheduler = new Scheduler(seed, new DateTimeOffset(2023, 1, 24, 20, 0, 0, TimeSpan.Zero));
        random = scheduler.Randomness.Fork("history");
        var datacenters = random.Chance(0.5) ? new[] { "eqiad" } : ["eqiad", "codfw"];
        replication = Replication.Network(datacenters.Select(d => new KeyValuePair<string, int>(d, 3)));
        cluster = new LabCluster(scheduler, new ClusterOptions
        {
            Datacenters = [.. datacenters.Select(d => new DatacenterOptions(d, random.Chance(0.7) ? 3 : 5))],
        })
        {
            Ledger = ledger,
        };
        faults = new FaultBoard(cluster);
        cluster.StartWarm();
        SessionSchema.Create(cluster, cluster.Options.Datacenters, GraceSeconds);
        table = cluster.Nodes[0].Process!.Schema.Current.FindTable(SessionSchema.Keyspace, "values")!;
        ring = cluster.Nodes[0].Process!.Ring.Current;
        compacts = random.Chance(0.5);
        watch = new OracleWatch(cluster, replication, Violate);
        forgotten = new ForgottenDeletes(cluster, ring, replication, table, Keys, Violate);
        checks = new ReadChecks(scheduler, ledger, ring, replication, forgotten, Violate);
    }

    public List<string> Violations { get; } = [];

    public EventTrace Trace => scheduler.Trace;

    public TimeSpan Simulated => scheduler.Now;

    public int Acknowledged => watch.Acknowledged;

    public int Failed => watch.Failed;

    public int Judged => watch.Judged;

    public int Expired => checks.Expired;

    public int Forgotten => checks.Forgotten;

    public int CameBack => checks.CameBack;

    public int LostByTheCluster { get; private set; }

    public RandomHistory Run()
    {
        scheduler.RunFor(TimeSpan.FromSeconds(30));
        var end = scheduler.Now + Duration;
        ScheduleFaults(end);
        ScheduleOperations(end);
        ScheduleCompactions(end);
        scheduler.RunUntil(end);
        faults.HealAll();
        CheckRecovery();
        return this;
    }

    private void ScheduleFaults(TimeSpan end)
    {
        var kinds = RandomFaults.Kinds;
        var at = scheduler.Now;
        while ((at += random.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(25))) < end)
        {
            var request = RandomFaults.Draw(random.Pick(kinds), cluster, random);
            scheduler.At(at, () =>
            {
                if (request.Kind == "compact")
                {
                    forgotten.Watch(() => faults.Apply(request));
                    return;
                }

                faults.Apply(request);
                checks.Applied(request.Kind);
            });
        }
    }

    /// <summary>In half of the histories, so that deletes are forgotten and, where a replica missed one, come back.</summary>
    private void ScheduleCompactions(TimeSpan end)
    {
        for (var at = scheduler.Now; compacts && at < end; at += random.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15)))
        {
            var node = random.Pick(cluster.Nodes).Name;
            scheduler.At(at, () => forgotten.Watch(() => faults.Apply("compact", [node])));
        }
    }

    private void ScheduleOperations(TimeSpan end)
    {
        if (scheduler.Now >= end)
        {
            return;
        }

        scheduler.After(random.Between(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(400)), () =>
        {
            Operate();
            ScheduleOperations(end);
        });
    }

    private void Operate()
    {
        var node = random.Pick(cluster.Nodes);
        var key = random.Pick(Keys);
        var level = Level();
        if (random.Chance(0.4))
        {
            Read(node, key, level == ConsistencyLevel.Any ? ConsistencyLevel.One : level);
        }
        else
        {
            Write(node, key, level, deletes: random.Chance(0.2));
        }
    }

    /// <summary>Mostly quorums; at the other levels too the oracle's word is compared with every answer.</summary>
    private ConsistencyLevel Level() => random.Next(20) switch
    {
        < 11 => ConsistencyLevel.LocalQuorum,
        < 14 => ConsistencyLevel.EachQuorum,
        < 16 => ConsistencyLevel.Quorum,
        _ => random.Pick(OtherLevels),
    };

    private void Write(Node node, string key, ConsistencyLevel level, bool deletes)
    {
        if (node.Process is not { IsOpen: true } process)
        {
            return;
        }

        lastTimestamp = Math.Max(lastTimestamp + 1, scheduler.Now.Ticks / 10);
        var value = deletes ? null : $"value {lastTimestamp}";
        var seconds = node.UtcNow.ToUnixTimeSeconds();
        var cell = value is null ? Cell.Tombstone(0, lastTimestamp, seconds)
            : random.Chance(0.5) ? Cell.Expiring(0, lastTimestamp, 1 + random.Next(60), seconds, Encoding.UTF8.GetBytes(value))
            : Cell.Live(0, lastTimestamp, Encoding.UTF8.GetBytes(value));
        checks.Issued(cell);
        var row = new Row([], Liveness.None, Deletion.None, [cell]);
        var mutation = new Mutation(table.Id, new PartitionData(TestCluster.Key(key), Deletion.None, [row]));
        var watched = watch.Watch(node, mutation.Token, level, isWrite: true);
        process.Life.Run(() => process.Gate.Enter(
            () => new RequestFacts(level, replication),
            left => process.Coordinator.Write(mutation, replication, level, error =>
            {
                left(error);
                watch.Judge(watched, error);
            }),
            refusal => watch.Judge(watched, refusal)));
    }

    private void Read(Node node, string key, ConsistencyLevel level)
    {
        if (node.Process is not { IsOpen: true } process)
        {
            return;
        }

        var partition = TestCluster.Key(key);
        var watched = watch.Watch(node, partition.Token, level, isWrite: false);
        var check = checks.Begin(node, key, level);
        process.Life.Run(() => process.Gate.Enter(
            () => new RequestFacts(level, replication),
            left => process.Coordinator.Read(new ReadCommand(table.Id, partition), replication, level, (data, error) =>
            {
                left(error);
                watch.Judge(watched, error);
                if (error is null)
                {
                    check(data!);
                }
            }),
            refusal => watch.Judge(watched, refusal)));
    }

    private void CheckRecovery()
    {
        var recovered = scheduler.RunUntil(
            () => cluster.Nodes.All(n => n.Process is { IsOpen: true } p && cluster.Nodes.All(o => p.Gossiper.IsAlive(o.Index))),
            TimeSpan.FromMinutes(5));
        if (!recovered)
        {
            Violate("five minutes after healing the nodes do not see each other: "
                + string.Join("; ", cluster.Nodes.Select(n => $"{n.Name} {n.State}")));
            return;
        }

        scheduler.RunFor(TimeSpan.FromSeconds(30));
        if (compacts)
        {
            forgotten.Watch(() => faults.Apply("compact", ["all"]));
        }

        foreach (var datacenter in ring.Datacenters)
        {
            var node = cluster.Nodes.First(n => n.Datacenter == datacenter);
            foreach (var key in Keys)
            {
                Read(node, key, ConsistencyLevel.LocalQuorum);
            }

            scheduler.RunFor(TimeSpan.FromSeconds(6));
            LostByTheCluster += ledger.LostByTheCluster(ConsistencyLevel.LocalQuorum, datacenter, ring, replication);
        }

        if (LostByTheCluster > 0 && checks.Losses == 0)
        {
            Violate($"{LostByTheCluster} keys lost, and no fault that loses data");
        }
    }

    private void Violate(string what) => Violations.Add($"at {scheduler.Now.TotalSeconds:F3} s: {what}");
}
