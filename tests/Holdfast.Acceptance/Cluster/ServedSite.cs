using Holdfast.Incidents.Plans;

namespace Holdfast.Acceptance.Cluster;

/// <summary>
/// Two instances of the program on one cluster, with users at a thousand requests a second. One instance's clock is half a second
/// ahead, the other's half a second behind.
/// </summary>
internal sealed class ServedSite : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _coming;

    private ServedSite(ClusterOnSockets cluster, IReadOnlyList<HoldfastProcess> instances, double rate, int seed)
    {
        Cluster = cluster;
        Instances = instances;
        Visitors = new Visitors(cluster, [.. instances.Select(instance => instance.Sessions)], rate, seed);
        _coming = Visitors.ComeAsync(_stop.Token);
    }

    public ClusterOnSockets Cluster { get; }

    public IReadOnlyList<HoldfastProcess> Instances { get; }

    public Visitors Visitors { get; }

    public static async Task<ServedSite> StartAsync(int seed, double rate = 1_000, bool protection = true)
    {
        ClusterOnSockets cluster = await ClusterOnSockets.StartAsync((ulong)seed);
        List<HoldfastProcess> instances = [];
        for (int i = 0; i < 2; i++)
        {
            string offset = i == 0 ? "500" : "-500";
            instances.Add(await HoldfastProcess.StartOnClusterAsync(cluster, protection, ("HOLDFAST_TEST_CLOCK_OFFSET_MS", offset)));
        }

        ServedSite site = new(cluster, instances, rate, seed);
        await site.SettleAsync();
        return site;
    }

    /// <summary>
    /// The program, the cluster and the users share one machine: where all together are more than it can carry, fewer users come.
    /// </summary>
    private async Task SettleAsync()
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
            double median = Visitors.TakeMedian();
            if (median <= 15 || Visitors.Rate <= 100)
            {
                return;
            }

            Visitors.Rate /= 2;
        }
    }

    /// <summary>Plays a plan to its end, heals what lasts, and waits until all nodes are well and used again.</summary>
    /// <param name="plan">What goes wrong.</param>
    /// <param name="lasts">For how long.</param>
    /// <param name="patience">How long to wait for the recovery at most; whatever is not back then meets the next plan as it is.</param>
    public async Task PlayAsync(FaultPlan plan, TimeSpan lasts, TimeSpan patience)
    {
        await Cluster.BeginAsync(plan);
        await Task.Delay(lasts, TimeProvider.System);
        await Cluster.HealAsync();
        await RecoverAsync(patience);
    }

    /// <summary>Users stop coming; the last ones are answered.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _coming;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Visitors.Dispose();
        _stop.Dispose();
        foreach (HoldfastProcess instance in Instances)
        {
            await instance.DisposeAsync();
        }

        await Cluster.DisposeAsync();
    }

    private async Task RecoverAsync(TimeSpan patience)
    {
        TimeSpan until = Cluster.Now + patience;
        while (Cluster.Now < until)
        {
            bool well = await Cluster.IsWellAsync();
            foreach (HoldfastProcess instance in Instances)
            {
                well = well && await CoordinatorStates.AllUpAsync(instance.Root);
            }

            if (well)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }
}
