namespace Holdfast.Acceptance.Cluster;

/// <summary>Whether each instance's requests go to all coordinators alike, by what it says that each one served.</summary>
internal sealed class Spread(ServedSite site) : IDisposable
{
    /// <summary>The bar: an even spread of traffic so long after a node has healed.</summary>
    private static readonly TimeSpan s_evenWithin = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(4);

    private const int LocalNodes = 3;

    /// <summary>So few say nothing.</summary>
    private const long ServedMin = 100;

    private readonly HttpClient _http = new();

    /// <summary>Waits until it is even; null when that was in time, otherwise how it was at last.</summary>
    public async Task<string?> BecomeEvenAsync()
    {
        while (true)
        {
            // What stood still could not recover, either.
            TimeSpan until = site.WellSince + s_evenWithin + site.Visitors.StoodStill(site.WellSince, site.Cluster.Now);
            bool isLast = site.Cluster.Now + s_window >= until;
            string? uneven = await LookAsync();
            if (uneven is null || isLast)
            {
                return uneven;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string?> LookAsync()
    {
        IReadOnlyList<CoordinatorCount>[] before = await ReadAsync();
        await Task.Delay(s_window, TimeProvider.System);
        IReadOnlyList<CoordinatorCount>[] after = await ReadAsync();
        for (int i = 0; i < after.Length; i++)
        {
            long[] served = [.. after[i].Select(now => now.Served - before[i].Where(then => then.Address == now.Address).Sum(then => then.Served))];
            double fair = served.Sum() / (double)LocalNodes;
            if (served.Length != LocalNodes || served.Sum() < ServedMin || served.Any(count => Math.Abs(count - fair) > (0.4 * fair) + (3 * Math.Sqrt(fair))))
            {
                return $"instance {i}: {string.Join(", ", after[i].Select((c, n) => $"{c.Address} {c.State} served {served[n]}"))}";
            }
        }

        return null;
    }

    private Task<IReadOnlyList<CoordinatorCount>[]> ReadAsync() =>
        Task.WhenAll(site.Instances.Select(instance => CoordinatorCount.ReadAsync(_http, instance)));
}
