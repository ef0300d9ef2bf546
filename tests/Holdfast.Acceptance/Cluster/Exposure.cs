namespace Holdfast.Acceptance.Cluster;

/// <summary>
/// Looks ten times a second at what one instance's attempts at one coordinator come to: from the first that fails to the last, how long
/// it goes on sending requests there in vain.
/// </summary>
internal sealed class Exposure : IAsyncDisposable
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ClusterOnSockets _cluster;
    private readonly HoldfastProcess _instance;
    private readonly string _address;
    private readonly Task _looking;
    private (TimeSpan First, TimeSpan Last)? _failing;

    public Exposure(ClusterOnSockets cluster, HoldfastProcess instance, string node)
    {
        _cluster = cluster;
        _instance = instance;
        _address = cluster.AddressOf(node);
        _looking = LookAsync();
    }

    /// <summary>When it was seen to fail requests first and last; null when none failed.</summary>
    public async Task<(TimeSpan First, TimeSpan Last)?> EndAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        return _failing;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _stop.Dispose();
        _http.Dispose();
    }

    private async Task LookAsync()
    {
        long? before = null;
        while (!_stop.IsCancellationRequested)
        {
            TimeSpan now = _cluster.Now;
            IReadOnlyList<CoordinatorCount> all = await CoordinatorCount.ReadAsync(_http, _instance);
            long failed = all.Where(coordinator => coordinator.Address == _address).Sum(coordinator => coordinator.Failed);
            if (before is { } known && failed > known)
            {
                _failing = (_failing?.First ?? now, now);
            }

            before = failed;
            await Task.Delay(s_every, TimeProvider.System, CancellationToken.None);
        }
    }
}
