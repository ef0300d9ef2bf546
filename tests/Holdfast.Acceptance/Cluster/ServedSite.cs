using Holdfast.Incidents.Plans;

namespace Holdfast.Acceptance.Cluster;

/// <summary>
/// Two instances of the program on one cluster, with users at a fixed rate. One instance's clock is half a second ahead, the other's
/// half a second behind.
/// </summary>
internal sealed class ServedSite : IAsyncDisposable
{
    /// <summary>Milliseconds, above which the machine is not quick enough.</summary>
    private const double MedianMax = 15;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    private readonly CancellationTokenSource _stop = new();
    private Task _coming = Task.CompletedTask;

    private ServedSite(ClusterOnSockets cluster, IReadOnlyList<HoldfastProcess> instances, double rate, int seed)
    {
        Cluster = cluster;
        Instances = instances;
        Visitors = new Visitors(cluster, [.. instances.Select(instance => instance.Sessions)], rate, seed);
    }

    public ClusterOnSockets Cluster { get; }

    public IReadOnlyList<HoldfastProcess> Instances { get; private set; }

    public Visitors Visitors { get; }

    /// <summary>Since when every local node has been well, as far as was last looked.</summary>
    public TimeSpan WellSince { get; private set; }

    /// <summary>A site that users come to.</summary>
    public static async Task<ServedSite> StartAsync(int seed, double rate = 1_000, bool protection = true)
    {
        ServedSite site = await OpenAsync(seed, rate, protection);
        await site.SettleAsync();
        return site;
    }

    /// <summary>A site that nobody knows of yet.</summary>
    public static async Task<ServedSite> OpenAsync(int seed, double rate, bool protection = true)
    {
        ClusterOnSockets cluster = await ClusterOnSockets.StartAsync((ulong)seed);
        return new ServedSite(cluster, await StartInstancesAsync(cluster, protection), rate, seed);
    }

    /// <summary>
    /// Users begin to come. The program, the cluster and the users share one machine, perhaps with others: where all together are more than
    /// it can carry, half as many come, and not fewer. They are judged from then on.
    /// </summary>
    public async Task SettleAsync()
    {
        Visitors.JudgedSince = TimeSpan.MaxValue;
        _coming = Visitors.ComeAsync(_stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
        Visitors.TakeMedian(); // the first requests of a process are its slowest
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        if (Visitors.TakeMedian() > MedianMax)
        {
            Visitors.Rate /= 2;
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        }

        // Ten processes that start at one time on two processors may eject somebody: what is played next is to meet all of them.
        await RecoverAsync(s_patience);
        Visitors.JudgedSince = Cluster.Now;
    }

    /// <summary>Plays a plan to its end, heals what lasts, and waits until all nodes are well and used again.</summary>
    /// <param name="plan">What goes wrong.</param>
    /// <param name="lasts">For how long.</param>
    /// <param name="patience">How long to wait for the recovery at most; whatever is not back then meets the next plan as it is.</param>
    /// <returns>Whether all are back.</returns>
    public async Task<bool> PlayAsync(FaultPlan plan, TimeSpan lasts, TimeSpan patience)
    {
        await Cluster.BeginAsync(plan);
        await Task.Delay(lasts, TimeProvider.System);
        await Cluster.HealAsync();
        return await RecoverAsync(patience);
    }

    /// <summary>An instance less: nobody is sent to it any more, it answers what it has, and leaves.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopInstanceAsync()
    {
        HoldfastProcess leaving = Instances[0];
        Instances = [.. Instances.Skip(1)];
        Visitors.Instances = [.. Instances.Select(instance => instance.Sessions)];
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        leaving.Signal(HoldfastProcess.SigTerm);
        await leaving.WaitForExitAsync();
        int exitCode = leaving.ExitCode;
        await leaving.DisposeAsync();
        return exitCode;
    }

    /// <summary>Two new instances, and users are sent to them.</summary>
    public async Task StartInstancesAsync()
    {
        Instances = [.. Instances, .. await StartInstancesAsync(Cluster, protection: true)];
        Visitors.Instances = [.. Instances.Select(instance => instance.Sessions)];
        WellSince = Cluster.Now;
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

    private static async Task<IReadOnlyList<HoldfastProcess>> StartInstancesAsync(ClusterOnSockets cluster, bool protection) =>
        await Task.WhenAll(new[] { "500", "-500" }.Select(offset =>
            HoldfastProcess.StartOnClusterAsync(cluster, protection, ("HOLDFAST_TEST_CLOCK_OFFSET_MS", offset))));

    private async Task<bool> RecoverAsync(TimeSpan patience)
    {
        TimeSpan until = Cluster.Now + patience;
        bool wasWell = false;
        while (Cluster.Now < until)
        {
            bool well = await Cluster.IsWellAsync();
            WellSince = well && wasWell ? WellSince : Cluster.Now;
            wasWell = well;
            foreach (HoldfastProcess instance in Instances)
            {
                well = well && await CoordinatorStates.AllUpAsync(instance.Root);
            }

            if (well)
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        return false;
    }
}
