using System.Text;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Storage;
using Holdfast.Lab.Tests.Cluster;

namespace Holdfast.Lab.Tests.Model;

/// <summary>
/// One seed: writes, reads and deletes of a few keys at quorum levels through random coordinators, under random faults; then
/// everything is healed, and what must hold is checked, while it runs and at the end.
/// </summary>
internal sealed class RandomHistory
{
    private const int Keys = 10;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(90);
    private static readonly Guid Table = TestCluster.Table;

    private readonly Scheduler scheduler;
    private readonly LabCluster cluster;
    private readonly Replication replication;
    private readonly TokenRing ring;
    private readonly QuorumLedger ledger = new();
    private readonly List<Watched> underWay = [];
    private readonly Randomness random;
    private readonly FaultBoard faults;
    private readonly SortedDictionary<long, Cell> issued = [];
    private readonly SortedDictionary<(string Key, string Datacenter), long> seen = [];
    private long lastTimestamp;
    private int losses;

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
            UnknownReplication = replication,
        };
        faults = new FaultBoard(cluster);
        cluster.StartWarm();
        ring = cluster.Nodes[0].Process!.Ring.Current;
        cluster.Changed += () => scheduler.Post(ReconsiderUnderWay);
    }

    public List<string> Violations { get; } = [];

    public EventTrace Trace => scheduler.Trace;

    public TimeSpan Simulated => scheduler.Now;

    public int Acknowledged { get; private set; }

    public int Failed { get; private set; }

    public int Judged { get; private set; }

    public int LostByTheCluster { get; private set; }

    /// <summary>Reads whose newest value had expired: nothing older came back in its place.</summary>
    public int Expired { get; private set; }

    public RandomHistory Run()
    {
        scheduler.RunFor(TimeSpan.FromSeconds(30));
        var end = scheduler.Now + Duration;
        ScheduleFaults(end);
        ScheduleOperations(end);
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
                losses += request.Kind is "power-loss" or "reboot-hard" or "rejoin-blind" or "reimage" ? 1 : 0;
                if (losses > 0)
                {
                    seen.Clear(); // what a reader saw may be gone with a disk
                }

                faults.Apply(request);
            });
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
        var key = $"key {random.Next(Keys)}";
        var level = Level();
        if (random.Chance(0.4))
        {
            Read(node, key, level == ConsistencyLevel.EachQuorum ? ConsistencyLevel.LocalQuorum : level);
        }
        else
        {
            Write(node, key, level, deletes: random.Chance(0.2));
        }
    }

    private ConsistencyLevel Level() => random.Next(10) switch
    {
        < 7 => ConsistencyLevel.LocalQuorum,
        < 9 => ConsistencyLevel.EachQuorum,
        _ => ConsistencyLevel.Quorum,
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
        issued[lastTimestamp] = cell;
        var row = new Row([], Liveness.None, Deletion.None, [cell]);
        var mutation = new Mutation(Table, new PartitionData(TestCluster.Key(key), Deletion.None, [row]));
        var watched = Watch(node, mutation.Token, level, isWrite: true);
        process.Life.Run(() => process.Gate.Enter(
            () => new RequestFacts(level, replication),
            left => process.Coordinator.Write(mutation, replication, level, error =>
            {
                left(error);
                Judge(watched, error);
            }),
            refusal => Judge(watched, refusal)));
    }

    private void Read(Node node, string key, ConsistencyLevel level)
    {
        if (node.Process is not { IsOpen: true } process)
        {
            return;
        }

        var partition = TestCluster.Key(key);
        var watched = Watch(node, partition.Token, level, isWrite: false);
        var must = ledger.MustBeSeen(partition, level, node.Datacenter, ring, replication);
        var before = seen.GetValueOrDefault((key, node.Datacenter), long.MinValue);
        var lossesBefore = losses;
        process.Life.Run(() => process.Gate.Enter(
            () => new RequestFacts(level, replication),
            left => process.Coordinator.Read(new ReadCommand(Table, partition), replication, level, (data, error) =>
            {
                left(error);
                Judge(watched, error);
                if (error is null)
                {
                    CheckRead($"read of {key} through {node.Name} at {level.CqlName()}", data!, must, level, node.Datacenter);
                    CheckMonotonic(node, key, level, data!, before, lossesBefore);
                }
            }),
            refusal => Judge(watched, refusal)));
    }

    private void CheckRead(string what, PartitionData data, AcknowledgedWrite? must, ConsistencyLevel level, string datacenter)
    {
        var newest = AcknowledgedWrite.NewestTimestamp(data);
        if (must is not null && newest < must.Timestamp && QuorumLedger.Guarantees(must, level, datacenter, ring, replication))
        {
            Violate($"{what} gave {newest}, older than the acknowledged {must.Timestamp} on {string.Join(',', must.Holders)}");
        }

        if (data.Rows.Length == 1 && data.Rows[0].TryGetCell(0, out var cell))
        {
            if (!issued.TryGetValue(cell.Timestamp, out var written) || written != cell)
            {
                Violate($"{what} gave what nobody wrote, or with another time to live");
            }

            Expired += cell.IsExpiring && !cell.IsLive(scheduler.UtcNow.ToUnixTimeSeconds()) ? 1 : 0;
        }
    }

    /// <summary>Blocking read repair: a quorum reader never goes back behind what an earlier one of its data centre saw.</summary>
    private void CheckMonotonic(Node node, string key, ConsistencyLevel level, PartitionData data, long before, int lossesBefore)
    {
        if (level != ConsistencyLevel.LocalQuorum || losses != lossesBefore)
        {
            return;
        }

        var newest = AcknowledgedWrite.NewestTimestamp(data);
        if (newest < before)
        {
            Violate($"a read of {key} through {node.Name} gave {newest} after another had given {before}");
        }

        var place = (key, node.Datacenter);
        seen[place] = Math.Max(newest, seen.GetValueOrDefault(place, long.MinValue));
    }

    private Watched Watch(Node node, long token, ConsistencyLevel level, bool isWrite)
    {
        var watched = new Watched(node, token, level, isWrite, scheduler.Now);
        var moment = ClusterMoment.Of(cluster);
        watched.Verdict = Ask(moment, watched);
        watched.Believed = Believes(moment, node);
        underWay.Add(watched);
        return watched;
    }

    private static bool[] Believes(ClusterMoment moment, Node node) => moment.Nodes[node.Index].BelievesAlive;

    private Verdict Ask(ClusterMoment moment, Watched watched) => Oracle.Judge(
        moment, watched.Node.Index, new Question(watched.Token, replication, watched.Level, watched.IsWrite));

    /// <summary>Only what one verdict held for throughout is judged.</summary>
    private void ReconsiderUnderWay()
    {
        var moment = ClusterMoment.Of(cluster);
        foreach (var watched in underWay)
        {
            // What it asked were the replicas that its coordinator believed alive then; one that was paused may still answer.
            if (watched.Verdict is { } verdict
                && (verdict != Ask(moment, watched) || (verdict == Verdict.Fails && !Believes(moment, watched.Node).SequenceEqual(watched.Believed))))
            {
                watched.Verdict = null;
            }
        }
    }

    private void Judge(Watched watched, RequestError? error)
    {
        cluster.Trace(watched.IsWrite ? "write" : "read", watched.Node.Index, error is null ? 0 : error.GetType().Name.Length, watched.Token);
        _ = error is null ? Acknowledged++ : Failed++;
        var after = scheduler.Now - watched.From;
        scheduler.Post(() => Compare(watched, after, error)); // once what else happened in this instant has been reconsidered
    }

    /// <summary>The oracle's word against the answer.</summary>
    private void Compare(Watched watched, TimeSpan after, RequestError? error)
    {
        underWay.Remove(watched);
        var agrees = watched.Verdict switch
        {
            Verdict.Serves => error is null,
            Verdict.Refuses => error is Unavailable or NodeOverloaded or NodeBootstrapping || (error is not null && Invents(watched.Node)),
            Verdict.Fails => error is WriteTimedOut or ReadTimedOut or WriteFailed or ReadFailed || (error is not null && Invents(watched.Node)),
            Verdict.Unreachable => false,
            _ => true,
        };
        Judged += watched.Verdict is null or Verdict.Uncertain ? 0 : 1;
        if (!agrees)
        {
            Violate($"the oracle said {watched.Verdict} of {watched.Node.Name} for {(watched.IsWrite ? "writes" : "reads")} "
                + $"at {watched.Level.CqlName()}, the answer after {after} was {error}");
        }
    }

    /// <summary>It answers with errors that nothing caused: any may come in place of the one that something did.</summary>
    private static bool Invents(Node node) => node.Troubles.Any(t => t.FailsWith is not null);

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
        foreach (var datacenter in ring.Datacenters)
        {
            var node = cluster.Nodes.First(n => n.Datacenter == datacenter);
            for (var i = 0; i < Keys; i++)
            {
                Read(node, $"key {i}", ConsistencyLevel.LocalQuorum);
            }

            scheduler.RunFor(TimeSpan.FromSeconds(6));
            LostByTheCluster += ledger.LostByTheCluster(ConsistencyLevel.LocalQuorum, datacenter, ring, replication);
        }

        if (LostByTheCluster > 0 && losses == 0)
        {
            Violate($"{LostByTheCluster} keys lost, and no fault that loses data");
        }
    }

    private void Violate(string what) => Violations.Add($"at {scheduler.Now.TotalSeconds:F3} s: {what}");
}
