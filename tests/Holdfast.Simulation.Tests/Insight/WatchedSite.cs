using System.Globalization;
using Holdfast.Cassandra;
using Holdfast.Cql;
using Holdfast.Insight;
using Holdfast.Insight.Canary;
using Holdfast.Insight.Loss;
using Holdfast.Lab;
using Holdfast.Lab.Cluster;
using Holdfast.Sessions;
using Holdfast.Simulation.Tests.Client;
using Holdfast.Simulation.Tests.Sites;
using Microsoft.Extensions.Logging;

namespace Holdfast.Simulation.Tests.Insight;

/// <summary>
/// This folder: what the service finds out about itself, against the lab in virtual time. This is a cluster of two data centres and
/// instances of the whole store on it, each watched.
/// </summary>
internal sealed class WatchedSite : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly SimulationLog _log;
    private readonly List<Task> _loops = [];

    public WatchedSite(ulong seed, int instances = 1)
    {
        Lab = new SimulatedLab(seed, new ClusterOptions { Datacenters = [new("eqiad", 3), new("codfw", 3)] });
        _log = new SimulationLog(Lab.Scheduler);
        Schema.Create(Lab);
        Stores = [.. Enumerable.Range(0, instances).Select(Start)];
        Lab.Scheduler.RunUntil(() => Stores.All(store => store.Cluster.CanServe), TimeSpan.FromSeconds(30));
    }

    public SimulatedLab Lab { get; }

    public IReadOnlyList<CassandraSessionStore> Stores { get; }

    public IReadOnlyList<string> Log => _log.Lines;

    public TimeSpan Now => Lab.Scheduler.Now;

    /// <summary>Canaries of the first instance.</summary>
    public CanaryBoard Canaries()
    {
        CanaryLoop loop = new(
            TimeSpan.FromSeconds(10),
            () => [.. Stores[0].ThroughEach().Select(path => new CanaryPath(path.Address, path.Sessions))],
            new ReservedKeys("0"), Lab.Time, Logger("canary"), null);
        _loops.Add(loop.RunAsync(_stopping.Token));
        return loop.Board;
    }

    /// <summary>Sentinels of one instance.</summary>
    public LossCounts Sentinels(int instance, LossCounts? counts = null)
    {
        LossCounts losses = counts ?? new();
        CassandraSessionStore store = Stores[instance];
        string name = string.Create(CultureInfo.InvariantCulture, $"instance-{instance}");
        _loops.Add(new SentinelLoop(
            new SentinelOptions { MissIsFinal = store.ReadsMeetWrites }, store, SecondReadOf(store), new ReservedKeys(name), losses, Lab.Time, Logger(name))
            .RunAsync(_stopping.Token));
        return losses;
    }

    /// <summary>One instance as requests use it: it remembers what it acknowledged.</summary>
    public RememberingSessionStore Remembering(int instance, LossCounts counts) =>
        new(Stores[instance], 1 << 20, SecondReadOf(Stores[instance]), counts, Lab.Time);

    public void Run(TimeSpan time) => Lab.Scheduler.RunFor(time);

    public T Await<T>(ValueTask<T> work)
    {
        Task<T> task = work.AsTask();
        Lab.Scheduler.RunUntil(() => task.IsCompleted, TimeSpan.FromSeconds(30));
#pragma warning disable VSTHRD002 // it is complete, or the test has failed: virtual time has no other thread to wait for
        return task.IsCompleted ? task.Result : throw new TimeoutException("no answer within half a minute");
#pragma warning restore VSTHRD002
    }

    public ILogger Logger(string instance) => _log.Of(instance).CreateLogger("Holdfast.Insight");

    public void Dispose()
    {
        _stopping.Cancel();
        Lab.Scheduler.RunFor(TimeSpan.FromSeconds(10));
        _stopping.Dispose();
        _log.Dispose();
    }

    private static SecondRead SecondReadOf(CassandraSessionStore store) => async (key, cancellationToken) =>
    {
        (ReadResult read, TimeSpan? age) = await store.ReadAgainAsync(key, cancellationToken);
        return new SecondAnswer(read, age);
    };

    private CassandraSessionStore Start(int number)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"instance-{number}");
        TimeProvider time = new SkewedTime(Lab.Time, TimeSpan.FromMilliseconds(number % 2 == 0 ? 500 : -500));
        Random random = new(unchecked((int)Lab.Scheduler.Randomness.Fork(name).NextInt64()));
        return new CassandraSessionStore(
            new CassandraStoreOptions { Keyspace = "sessions", Table = "values" },
            new CqlClusterOptions
            {
                ContactPoints = [Lab.Cluster.Nodes[0].Address.ToString(), Lab.Cluster.Nodes[1].Address.ToString()],
                LocalDataCenter = "eqiad",
                Keyspace = "sessions",
                Instance = name,
                CompleteInline = true,
            },
            time,
            _log.Of(name),
            null,
            (options, statements) => new CqlCluster(
                options, statements, time, _log.Of(name), null, new LabTransport(Lab.Clients), random));
    }
}
