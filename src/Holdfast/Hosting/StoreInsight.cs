using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Holdfast.Cassandra;
using Holdfast.Configuration;
using Holdfast.Insight;
using Holdfast.Insight.Canary;
using Holdfast.Sessions;

namespace Holdfast.Hosting;

/// <summary>What watches the opened store, as the configuration asks for it: from the store's kind to what insight needs.</summary>
internal sealed class StoreInsight
{
    private readonly CanaryLoop? _canaries;

    private StoreInsight(CanaryLoop? canaries) => _canaries = canaries;

    /// <summary>Prepares what watches a store; nothing runs yet.</summary>
    public static StoreInsight Of(HoldfastOptions options, ISessionStore store, TimeProvider time, IServiceProvider services)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Holdfast.Insight");
        ReservedKeys keys = new(Convert.ToHexString(RandomNumberGenerator.GetBytes(8)));
        return new StoreInsight(options.Canary.Interval > TimeSpan.Zero
            ? new CanaryLoop(options.Canary.Interval, () => Paths(store), keys, time, logger, meters)
            : null);
    }

    /// <summary>Runs until the service stops.</summary>
    public Task RunAsync(CancellationToken stopping) => _canaries?.RunAsync(stopping) ?? Task.CompletedTask;

    private static IReadOnlyList<CanaryPath> Paths(ISessionStore store) => store is CassandraSessionStore cassandra
        ? [.. cassandra.ThroughEach().Select(path => new CanaryPath(path.Address, path.Sessions))]
        : [new CanaryPath("embedded", store)];
}
