using System.Diagnostics.Metrics;
using Holdfast.Cql;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.CqlLoop;

/// <summary>The client as a service uses it: health, routing, probes, hedging, retries; metrics where there is a factory.</summary>
internal sealed class ClusterReader : IReader, IAsyncDisposable
{
    private readonly CqlCluster _cluster;
    private readonly CqlStatement _read;

    private ClusterReader(CqlCluster cluster, CqlStatement read)
    {
        _cluster = cluster;
        _read = read;
    }

    public static async Task<ClusterReader> StartAsync(CqlClusterOptions options, CqlStatement read, IMeterFactory? meters)
    {
        var cluster = new CqlCluster(options with { Probe = read }, [read], TimeProvider.System, NullLoggerFactory.Instance, meters);
        cluster.Start();
        while (!cluster.CanServe)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        return new ClusterReader(cluster, read);
    }

    public async ValueTask<int> ReadAsync(KeyValues key, CancellationToken cancellationToken)
    {
        var result = await _cluster.ExecuteAsync(_read, key, null, cancellationToken);
        if (result.Outcome != CqlOutcome.Success)
        {
            throw new InvalidOperationException(result.Reason);
        }

        using var rows = result.Rows!;
        return rows.Read() ? rows.Column(0).Length : 0;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
