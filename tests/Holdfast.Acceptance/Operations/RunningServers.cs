using Holdfast.Acceptance.Cluster;
using Xunit;

namespace Holdfast.Acceptance.Operations;

/// <summary>What /metrics says of two instances that have served something: one on a cluster, one with the embedded store.</summary>
public sealed class RunningServers : IAsyncLifetime
{
    /// <summary>A limit that is never reached, so that what is counted of limits is there.</summary>
    public static readonly (string Name, string Value) Quota = ("HOLDFAST__QUOTA__NAMESPACES", "none=1000000 writes/s 1TiB/s");

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("holdfast-metrics-");

    public string OnCluster { get; private set; } = "";

    public string Embedded { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await using (ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(seed: 7))
        await using (HoldfastProcess onCluster = await HoldfastProcess.StartOnClusterAsync(cluster, protection: true, Quota))
        {
            OnCluster = await ServeAsync(onCluster, "holdfast_coordinator_probe_duration_seconds_count", "holdfast_canary_duration_seconds_count");
        }

        await using HoldfastProcess embedded = await HoldfastProcess.StartAsync(
            Path.Combine(_data.FullName, "data"), durability: "relaxed", environment: [Quota]);
        Embedded = await ServeAsync(
            embedded, "holdfast_embedded_commit_duration_seconds_count", "holdfast_embedded_sync_duration_seconds_count", "holdfast_canary_duration_seconds_count");
    }

    public ValueTask DisposeAsync()
    {
        _data.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<string> ServeAsync(HoldfastProcess server, params string[] awaited)
    {
        using HttpClient http = new();
        Uri session = new(server.Sessions, "one");
        (await http.PostAsync(session, new ByteArrayContent([1]))).EnsureSuccessStatusCode();
        (await http.GetAsync(session)).EnsureSuccessStatusCode();
        (await http.DeleteAsync(session)).EnsureSuccessStatusCode();
        for (int i = 0; ; i++)
        {
            string metrics = await http.GetStringAsync(new Uri(server.Admin, "metrics"));
            if (awaited.All(name => metrics.Contains($"\n{name}{{", StringComparison.Ordinal)) || i == 100)
            {
                return metrics;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        }
    }
}
