using System.Globalization;
using Holdfast.Cql;
using Holdfast.Cql.Health;
using Holdfast.Cql.Routing;
using Holdfast.Lab;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Simulation;
using Level = Holdfast.Lab.Protocol.ConsistencyLevel;
using LabReplication = Holdfast.Lab.Cluster.Topology.Replication;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// A site in virtual time: the lab's cluster of two data centres, instances of the client whose clocks differ, and users who read
/// and write sessions through them at random. Every answer is judged, by the key's history and by the oracle.
/// </summary>
internal sealed class SimulatedSite : IDisposable
{
    private static readonly LabReplication s_replication = LabReplication.Network([new("eqiad", 3), new("codfw", 3)]);

    private readonly SiteOptions _options;
    private readonly Statements _statements = new();
    private readonly Randomness _random;
    private readonly KeyHistory[] _keys;
    private readonly List<CqlCluster> _instances = [];
    private readonly SimulationLog _log;

    public SimulatedSite(ulong seed, SiteOptions options)
    {
        _options = options;
        Lab = new SimulatedLab(seed, new ClusterOptions
        {
            Datacenters = [new("eqiad", options.NodesPerDataCenter), new("codfw", options.NodesPerDataCenter)],
        });
        _log = new SimulationLog(Lab.Scheduler);
        _random = Lab.Scheduler.Randomness.Fork("site");
        _keys = [.. Enumerable.Range(0, options.Keys).Select(_ => new KeyHistory())];
        Schema.Create(Lab);
        for (int i = 0; i < options.Instances; i++)
        {
            _instances.Add(Start(i));
        }

        Ready = Lab.Scheduler.RunUntil(() => _instances.All(instance => instance.CanServe), TimeSpan.FromSeconds(30));
        StartedIn = Lab.Scheduler.Now;
    }

    public SimulatedLab Lab { get; }

    public bool Ready { get; }

    public TimeSpan StartedIn { get; }

    public IReadOnlyList<CqlCluster> Instances => _instances;

    public int Requests { get; private set; }

    /// <summary>Requests that were not served.</summary>
    public int Failed { get; private set; }

    /// <summary>Those of them that some coordinator of the local data centre could have served all the while.</summary>
    public int FailedWithoutNeed { get; private set; }

    /// <summary>What must never happen: wrong answers, lost writes, needless failures.</summary>
    public List<string> Violations { get; } = [];

    public IReadOnlyList<string> Log => _log.Lines;

    public TimeSpan WorstLatency { get; private set; }

    /// <summary>Users come and go until <paramref name="until"/>.</summary>
    public void Visit(TimeSpan until)
    {
        TimeSpan pause = _random.Exponential(TimeSpan.FromSeconds(1.0 / _options.Rate));
        if (Lab.Scheduler.Now + pause >= until)
        {
            return;
        }

        Lab.Scheduler.After(pause, () =>
        {
            One();
            Visit(until);
        });
    }

    /// <summary>Runs on until every request has been answered.</summary>
    public void Settle() => Lab.Scheduler.RunFor(TimeSpan.FromSeconds(5));

    /// <summary>How the requests of the last seconds were spread over the coordinators of an instance.</summary>
    public IReadOnlyList<long> Served(int instance) => [.. _instances[instance].Coordinators().Select(c => c.Served)];

    public void Dispose() => _log.Dispose();

    private CqlCluster Start(int number)
    {
        TimeSpan skew = _options.Skew * (number % 2 == 0 ? 1 : -1);
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
                Instance = string.Create(CultureInfo.InvariantCulture, $"instance-{number}"),
                CompleteInline = true,
            },
            _statements.All,
            new SkewedTime(Lab.Time, skew),
            _log,
            null,
            new LabTransport(Lab.Clients),
            new Random(unchecked((int)_random.NextInt64())));
        cluster.Start();
        return cluster;
    }

    private void One()
    {
        int key = _random.Next(_keys.Length);
        CqlCluster instance = _random.Pick(_instances);
        double draw = _random.NextDouble();
        if (draw < _options.Reads || _keys[key].IsBusyAt(Lab.Scheduler.Now))
        {
            _ = ReadAsync(instance, key);
        }
        else
        {
            _ = ChangeAsync(instance, key, isDelete: draw > 1 - _options.Deletes);
        }
    }

    private async Task ReadAsync(CqlCluster instance, int key)
    {
        Requests++;
        TimeSpan began = Lab.Scheduler.Now;
        byte[] bytes = Values.Key(key);
        CqlResult result = await instance.ExecuteAsync(_statements.Get, new Values(bytes, null), null, CancellationToken.None);
        TimeSpan ended = Lab.Scheduler.Now;
        WorstLatency = ended - began > WorstLatency ? ended - began : WorstLatency;
        if (result.Outcome != CqlOutcome.Success)
        {
            Fail("read", key, bytes, isWrite: false, result, began, ended);
            return;
        }

        using CqlRows rows = result.Rows!;
        int? version = null;
        if (rows.Read() && !rows.IsNull(0))
        {
            (int whose, int found) = Values.Read(rows.Column(0));
            version = found;
            instance.SawTimestamp(System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(rows.Column(2)));
            if (whose != key)
            {
                Violations.Add($"{ended}: a read of key {key} was answered with a value of key {whose}");
            }
        }

        if (_keys[key].Judge(version, began, ended) is { } wrong && !_options.MayLose)
        {
            Violations.Add($"{ended}: key {key}, sent at {began}: {wrong}");
        }
    }

    private async Task ChangeAsync(CqlCluster instance, int key, bool isDelete)
    {
        Requests++;
        TimeSpan began = Lab.Scheduler.Now;
        int version = _keys[key].Begin(isDelete, began);
        byte[] bytes = Values.Key(key);
        CqlResult result = await instance.ExecuteAsync(
            isDelete ? _statements.Delete : _statements.Set,
            new Values(bytes, isDelete ? null : Values.Value(key, version)),
            instance.NextTimestamp(),
            CancellationToken.None);
        TimeSpan ended = Lab.Scheduler.Now;
        result.Rows?.Dispose();
        _keys[key].End(version, result.Outcome == CqlOutcome.Success, ended);
        if (result.Outcome != CqlOutcome.Success)
        {
            Fail("write", key, bytes, isWrite: true, result, began, ended);
        }
    }

    private void Fail(string what, int key, byte[] bytes, bool isWrite, in CqlResult result, TimeSpan began, TimeSpan ended)
    {
        Failed++;
        if (result.Outcome == CqlOutcome.Refused)
        {
            Violations.Add($"{ended}: a {what} of key {key} was refused: {result.Reason}");
        }

        var question = new Question(Murmur3Token.Of(bytes), s_replication, Level.LocalQuorum, isWrite);
        if (Lab.Verdicts.AnyServesThroughout("eqiad", question, began, ended))
        {
            FailedWithoutNeed++;
            if (_options.Protection)
            {
                Violations.Add($"{ended}: a {what} of key {key}, sent at {began}, failed ({result.Outcome}: {result.Reason}) although a coordinator could have served it");
            }
        }
    }
}

/// <summary>What is simulated.</summary>
internal sealed record SiteOptions
{
    public int NodesPerDataCenter { get; init; } = 3;

    public int Instances { get; init; } = 2;

    /// <summary>Requests a second, all instances together.</summary>
    public double Rate { get; init; } = 200;

    public double Reads { get; init; } = 0.7;

    public double Deletes { get; init; } = 0.05;

    public int Keys { get; init; } = 200;

    /// <summary>The even instances' clocks are ahead by this, the odd ones' behind.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromMilliseconds(500);

    public bool Protection { get; init; } = true;

    public HealthOptions Health { get; init; } = new();

    /// <summary>Set for faults by which the cluster itself may lose what it acknowledged.</summary>
    public bool MayLose { get; init; }
}
