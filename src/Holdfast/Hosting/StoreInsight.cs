using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Holdfast.Cassandra;
using Holdfast.Configuration;
using Holdfast.Insight;
using Holdfast.Insight.Canary;
using Holdfast.Insight.Loss;
using Holdfast.Insight.Workload;
using Holdfast.Sessions;

namespace Holdfast.Hosting;

/// <summary>What watches the opened store, as the configuration asks for it: from the store's kind to what insight needs.</summary>
internal sealed class StoreInsight
{
    private readonly CanaryLoop? _canaries;
    private readonly SentinelLoop? _sentinels;

    private StoreInsight(ISessionStore served, WorkloadSessionStore? workload, CanaryLoop? canaries, SentinelLoop? sentinels)
    {
        Served = workload ?? served;
        Workload = workload;
        _canaries = canaries;
        _sentinels = sentinels;
    }

    /// <summary>What requests are served from: the store, what remembers its acknowledgements around it, and what counts around both.</summary>
    public ISessionStore Served { get; }

    /// <summary>What counts; null when nothing does.</summary>
    public WorkloadSessionStore? Workload { get; }

    /// <summary>Prepares what watches a store; nothing runs yet.</summary>
    public static StoreInsight Of(HoldfastOptions options, ISessionStore store, TimeProvider time, IServiceProvider services)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Holdfast.Insight");
        ReservedKeys keys = new(Convert.ToHexString(RandomNumberGenerator.GetBytes(8)));
        LossCounts losses = new();
        losses.Register(meters);
        var (canaries, sentinels) = (options.Canary.Interval, options.SessionLoss.SentinelInterval);
        var again = SecondReadOf(store);
        var memory = options.SessionLoss.MemoryBytes;
        ISessionStore remembering = memory >= 64 ? new RememberingSessionStore(store, memory, again, losses, time) : store;
        return new StoreInsight(
            remembering,
            options.Workload.Enabled ? Counting(options, remembering, time, meters) : null,
            canaries > TimeSpan.Zero ? new CanaryLoop(canaries, () => Paths(store), keys, time, logger, meters) : null,
            sentinels > TimeSpan.Zero
                ? new SentinelLoop(
                    new SentinelOptions
                    {
                        Every = sentinels,
                        LongLife = LongLife(options.Service.DefaultTtl),
                        MissIsFinal = (store as CassandraSessionStore)?.ReadsMeetWrites ?? true,
                    },
                    store, again, keys, losses, time, logger)
                : null);
    }

    /// <summary>Runs until the service stops.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(
        _canaries?.RunAsync(stopping) ?? Task.CompletedTask, _sentinels?.RunAsync(stopping) ?? Task.CompletedTask);

    private static WorkloadSessionStore Counting(HoldfastOptions options, ISessionStore store, TimeProvider time, IMeterFactory meters)
    {
        WorkloadRecorder recorder = new(options.Workload, options.Quota);
        WorkloadMeter.Register(meters, recorder);
        return new WorkloadSessionStore(store, recorder, time);
    }

    private static IReadOnlyList<CanaryPath> Paths(ISessionStore store) => store is CassandraSessionStore cassandra
        ? [.. cassandra.ThroughEach().Select(path => new CanaryPath(path.Address, path.Sessions))]
        : [new CanaryPath("embedded", store)];

    private static SecondRead SecondReadOf(ISessionStore store) => store is CassandraSessionStore cassandra
        ? async (key, cancellationToken) =>
        {
            var (read, age) = await cassandra.ReadAgainAsync(key, cancellationToken);
            return new SecondAnswer(read, age);
        }
        : async (key, cancellationToken) => new SecondAnswer(await store.GetAsync(key, cancellationToken), null);

    /// <summary>A session's own life, a day at most: a sentinel that outlived the process that reads it would be of no use.</summary>
    private static SessionTtl LongLife(SessionTtl usual)
    {
        var most = new SentinelOptions().LongLife;
        return usual.IsNever || usual.Seconds > most.Seconds ? most : usual;
    }
}
