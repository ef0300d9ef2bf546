using System.Buffers.Binary;
using System.Globalization;
using Holdfast.Cassandra.Deletes;
using Holdfast.Cql;
using Holdfast.Incidents.Judging;
using Holdfast.Incidents.Plans;
using Holdfast.Lab;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Simulation;
using Holdfast.Simulation.Tests.Client;

namespace Holdfast.Simulation.Tests.Sites;

/// <summary>
/// This folder: a site in virtual time. The lab's cluster of two data centres, instances of the client whose clocks differ, and users
/// who read and write sessions through them at random. One seed, one course of events; every answer is judged.
/// </summary>
internal sealed class SimulatedSite : IDisposable
{
    private readonly SiteOptions _options;
    private readonly Statements _statements = new();
    private readonly Randomness _random;
    private readonly KeyHistory[] _keys;
    private readonly List<CqlCluster> _instances = [];
    private readonly SortedDictionary<int, DeleteFlow> _deletes = [];
    private readonly SimulationLog _log;

    public SimulatedSite(ulong seed, SiteOptions options)
    {
        _options = options;
        Lab = new SimulatedLab(seed, new ClusterOptions
        {
            Datacenters = [new("eqiad", options.NodesPerDataCenter), new("codfw", options.NodesPerDataCenter)],
            Timeouts = options.Timeouts,
        });
        Lab.Cluster.Ledger = options.MayLose ? new QuorumLedger() : null;
        Judge = new SiteJudge(Lab.Cluster, Lab.Verdicts, options.Protection);
        _log = new SimulationLog(Lab.Scheduler);
        _random = Lab.Scheduler.Randomness.Fork("site");
        _keys = [.. Enumerable.Range(0, options.Keys).Select(_ => new KeyHistory())];
        Schema.Create(Lab);
        for (int i = 0; i < options.Instances; i++)
        {
            _instances.Add(Start(i));
            _deletes.Add(i, new DeleteFlow(_instances[i], _statements.DeleteEverywhere, _statements.Delete, TimeSpan.FromSeconds(2), Lab.Time));
        }

        TimeSpan began = Lab.Scheduler.Now;
        Ready = Lab.Scheduler.RunUntil(() => _instances.All(instance => instance.CanServe), TimeSpan.FromSeconds(30));
        ReadyAfter = Lab.Scheduler.Now - began;
        Traffic = options.Samples ? [.. _instances.Select(instance => new TrafficRecorder(Lab.Scheduler, instance))] : [];
    }

    public SimulatedLab Lab { get; }

    public SiteJudge Judge { get; }

    public bool Ready { get; }

    public TimeSpan ReadyAfter { get; }

    public IReadOnlyList<CqlCluster> Instances => _instances;

    /// <summary>What each instance's coordinators did.</summary>
    public IReadOnlyList<TrafficRecorder> Traffic { get; }

    public int Requests { get; private set; }

    public IReadOnlyList<string> Log => _log.Lines;

    public TimeSpan WorstLatency { get; private set; }

    public TimeSpan Now => Lab.Scheduler.Now;

    /// <summary>The share of the requests that is fair for a node: each key's are shared by its replicas.</summary>
    public double ShareOf(Node node)
    {
        TokenRing ring = Lab.Cluster.JoinedRing();
        int replicas = Enumerable.Range(0, _options.Keys).Count(key =>
            ring.ReplicasOf(Murmur3Partitioner.Token(SampleValues.Key(key)), SiteJudge.Replication).Contains(node.Index));
        return replicas / 3.0 / _options.Keys;
    }

    /// <summary>Faults begin when the plan says, counted from now.</summary>
    public void Begin(FaultPlan plan)
    {
        foreach (PlannedFault fault in plan.Faults)
        {
            Lab.Scheduler.After(fault.At, () => Lab.Fault(fault.Kind, fault.Nodes, fault.Arguments));
        }
    }

    /// <summary>Users come and go for a while.</summary>
    public void Visit(TimeSpan duration)
    {
        Arrive(Now + duration);
        Lab.Scheduler.RunFor(duration);
    }

    /// <summary>Nobody comes; time goes by.</summary>
    public void Rest(TimeSpan duration) => Lab.Scheduler.RunFor(duration);

    /// <summary>Every fault is over and every node runs.</summary>
    public void Heal()
    {
        Lab.Faults.HealAll();
        foreach (Node node in Lab.Cluster.Nodes)
        {
            if (node.Process is null)
            {
                node.Run(new StartOptions());
            }
        }
    }

    public void Dispose() => _log.Dispose();

    private void Arrive(TimeSpan until)
    {
        TimeSpan pause = _random.Exponential(TimeSpan.FromSeconds(1.0 / _options.Rate));
        if (Now + pause < until)
        {
            Lab.Scheduler.After(pause, () =>
            {
                One();
                Arrive(until);
            });
        }
    }

    private CqlCluster Start(int number)
    {
        TimeSpan skew = _options.Skew * (number % 2 == 0 ? 1 : -1);
        string name = string.Create(CultureInfo.InvariantCulture, $"instance-{number}");
        CqlCluster cluster = new(
            new CqlClusterOptions
            {
                ContactPoints = [Lab.Cluster.Nodes[0].Address.ToString(), Lab.Cluster.Nodes[1].Address.ToString()],
                LocalDataCenter = "eqiad",
                Keyspace = "sessions",
                Probe = _statements.Get,
                Protection = _options.Protection,
                Health = _options.Health,
                ProtocolVersionMax = number % 2 == 0 ? 5 : 4,
                Instance = name,
                CompleteInline = true,
            },
            _statements.All,
            new SkewedTime(Lab.Time, skew),
            _log.Of(name),
            null,
            new LabTransport(Lab.Clients),
            new Random(unchecked((int)_random.NextInt64())));
        cluster.Start();
        return cluster;
    }

    private void One()
    {
        int key = _random.Next(_keys.Length);
        int number = _random.Next(_instances.Count);
        CqlCluster instance = _instances[number];
        double draw = _random.NextDouble();
        if (draw < _options.Reads || _keys[key].IsBusyAt(Now))
        {
            _ = ReadAsync(instance, key);
        }
        else
        {
            _ = ChangeAsync(instance, key, draw > 1 - _options.Deletes ? _deletes[number] : null);
        }
    }

    private async Task ReadAsync(CqlCluster instance, int key)
    {
        Requests++;
        TimeSpan began = Now;
        CqlResult result = await instance.ExecuteAsync(_statements.Get, new Values(SampleValues.Key(key), null), null, CancellationToken.None);
        Answered(began);
        if (result.Outcome != CqlOutcome.Success)
        {
            Judge.NotServed("read", key, isWrite: false, Said(result), began, Now);
            return;
        }

        using CqlRows rows = result.Rows!;
        int? version = null;
        if (rows.Read() && !rows.IsNull(0))
        {
            (int whose, int found) = SampleValues.Read(rows.Column(0));
            version = found;
            instance.SawTimestamp(BinaryPrimitives.ReadInt64BigEndian(rows.Column(2)));
            if (whose != key)
            {
                Judge.Violations.Add($"{Now}: a read of key {key} was answered with a value of key {whose}");
            }
        }

        Judge.Read(_keys[key], key, version, began, Now);
    }

    /// <param name="instance">Whom it is asked of.</param>
    /// <param name="key">Which session.</param>
    /// <param name="delete">How it is deleted, as the store does it; null writes it.</param>
    private async Task ChangeAsync(CqlCluster instance, int key, DeleteFlow? delete)
    {
        Requests++;
        TimeSpan began = Now;
        int version = _keys[key].Begin(isDelete: delete is not null, began);
        long timestamp = instance.NextTimestamp();
        CqlResult result = delete is null
            ? await instance.ExecuteAsync(
                _statements.Set, new Values(SampleValues.Key(key), SampleValues.Value(key, version)), timestamp, CancellationToken.None)
            : (await delete.ExecuteAsync(new Values(SampleValues.Key(key), null), timestamp, CancellationToken.None)).Result;
        Answered(began);
        result.Rows?.Dispose();
        _keys[key].End(version, result.Outcome == CqlOutcome.Success, Now);
        if (result.Outcome != CqlOutcome.Success)
        {
            Judge.NotServed("write", key, isWrite: true, Said(result), began, Now);
        }
    }

    private string Said(in CqlResult result)
    {
        if (result.Outcome == CqlOutcome.Refused)
        {
            Judge.Violations.Add($"{Now}: a request was refused: {result.Reason}");
        }

        return $"{result.Outcome}: {result.Reason}";
    }

    private void Answered(TimeSpan began) => WorstLatency = Now - began > WorstLatency ? Now - began : WorstLatency;
}
