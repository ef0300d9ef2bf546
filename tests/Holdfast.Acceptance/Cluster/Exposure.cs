using System.Globalization;

namespace Holdfast.Acceptance.Cluster;

/// <summary>
/// Looks ten times a second at what one instance's attempts at one coordinator come to: from the first that fails to the last, how long
/// it goes on sending requests there in vain. What nobody in service served is sent there as the last resort: that is no exposure.
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
    private readonly List<(TimeSpan At, long Count)> _failures = [];

    public Exposure(ClusterOnSockets cluster, HoldfastProcess instance, string node)
    {
        _cluster = cluster;
        _instance = instance;
        _address = cluster.AddressOf(node);
        _looking = LookAsync();
    }

    /// <summary>When it was seen to fail requests first and last between two moments; null when none failed.</summary>
    public async Task<(TimeSpan First, TimeSpan Last)?> EndAsync(TimeSpan from, TimeSpan to)
    {
        await StopAsync();
        _failures.RemoveAll(failure => failure.At < from || failure.At > to);
        return _failures.Count == 0 ? null : (_failures[0].At, _failures[^1].At);
    }

    /// <summary>Requests that it failed as the last resort.</summary>
    public long LastResorts { get; private set; }

    /// <summary>How many it failed when, counted from the first.</summary>
    public override string ToString() => string.Join(", ", _failures.Select(failure => string.Create(
        CultureInfo.InvariantCulture, $"{failure.Count} at {(failure.At - _failures[0].At).TotalSeconds:0.0} s")));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _http.Dispose();
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _looking;
    }

    private async Task LookAsync()
    {
        (long inVain, long asLastResort) = await FailedAsync();
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(s_every, TimeProvider.System, CancellationToken.None);
            TimeSpan now = _cluster.Now;
            (long InVain, long AsLastResort) failed = await FailedAsync();
            LastResorts += failed.AsLastResort - asLastResort;
            if (failed.InVain > inVain)
            {
                _failures.Add((now, failed.InVain - inVain));
            }

            (inVain, asLastResort) = failed;
        }
    }

    private async Task<(long InVain, long AsLastResort)> FailedAsync()
    {
        IReadOnlyList<CoordinatorCount> all = await CoordinatorCount.ReadAsync(_http, _instance);
        CoordinatorCount[] here = [.. all.Where(coordinator => coordinator.Address == _address)];
        long asLastResort = here.Sum(coordinator => coordinator.FailedAsLastResort);
        return (here.Sum(coordinator => coordinator.Failed) - asLastResort, asLastResort);
    }
}
