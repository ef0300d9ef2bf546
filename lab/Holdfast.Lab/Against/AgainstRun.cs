using System.Globalization;
using System.Net;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Scenarios;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport;
using Holdfast.Lab.Workload;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Lab.Against;

/// <summary>
/// Plays a scenario in real time on sockets with a service from outside in front, once with its protection and once without, on the
/// same nodes at the same time, and tells how both fared.
/// </summary>
/// <param name="scenario">What happens.</param>
/// <param name="seed">Of every draw.</param>
/// <param name="firstAddress">The first node's; the others count up.</param>
/// <param name="program">The service's path.</param>
/// <param name="protection">With it alone, without it alone, or null for both.</param>
/// <param name="writeLine">Receives the timeline and the summary.</param>
internal sealed class AgainstRun(
    Scenario scenario, ulong seed, string firstAddress, string program, bool? protection, Action<string> writeLine)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly TimeProvider clock = TimeProvider.System;

    /// <exception cref="InvalidOperationException">The service does not start.</exception>
    public async Task PlayAsync(CancellationToken cancellation)
    {
        var scheduler = new Scheduler(seed, clock.GetUtcNow() - LabCluster.WarmUp);
        var replication = Replication.Network(scenario.Datacenters.Select(d => KeyValuePair.Create(d.Name, Math.Min(3, d.Nodes))));
        var cluster = new LabCluster(scheduler, new ClusterOptions { Name = scenario.Name, Datacenters = scenario.Datacenters, BaseAddress = firstAddress })
        {
            UnknownReplication = replication,
        };
        cluster.StartWarm();
        scheduler.RunFor(LabCluster.WarmUp);
        SessionSchema.Create(cluster, scenario.Datacenters);
        var faults = new FaultBoard(cluster);
        var player = new ScenarioPlayer(scenario, cluster, faults, new Timeline(cluster, faults, writeLine));
        await using var driver = new RealTimeDriver(scheduler, clock);
        await using var sockets = new SocketTransport(cluster, driver, new TransportOptions(), clock, NullLogger.Instance);
        await sockets.StartAsync().ConfigureAwait(false);

        var began = clock.GetTimestamp();
        List<Contestant> contestants = [];
        try
        {
            foreach (var isProtected in protection is { } one ? (bool[])[one] : [true, false])
            {
                contestants.Add(await StartAsync(cluster, isProtected, () => clock.GetElapsedTime(began), cancellation).ConfigureAwait(false));
            }

            await PlayAsync(player, driver, contestants, start => began = start, cancellation).ConfigureAwait(false);
            Summarise(contestants);
        }
        finally
        {
            foreach (var contestant in contestants)
            {
                contestant.Load.Dispose();
                await contestant.Service.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<Contestant> StartAsync(LabCluster cluster, bool isProtected, Func<TimeSpan> now, CancellationToken cancellation)
    {
        var name = isProtected ? "protection on" : "protection off";
        List<string> moves = [];
        var service = await ServiceProcess.StartAsync(
            program, cluster, scenario.Workload.Datacenter, isProtected,
            said =>
            {
                var line = $"{now():hh\\:mm\\:ss\\.fff}  {name}: {said}";
                writeLine(line);
                lock (moves)
                {
                    moves.Add(line);
                }
            },
            cancellation).ConfigureAwait(false);
        await WaitUntilItServesAsync(service.Sessions, cancellation).ConfigureAwait(false);
        lock (moves)
        {
            moves.Clear(); // how it found its coordinators at the start
        }

        return new Contestant(name, service, new HttpLoad(service.Sessions, scenario.Workload, clock, seed), moves);
    }

    private async Task WaitUntilItServesAsync(Uri sessions, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        for (var i = 0; i < 300; i++)
        {
            using var answer = await http.GetAsync(new Uri(sessions, "nobody"), cancellation).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellation).ConfigureAwait(false);
        }

        throw new InvalidOperationException($"{program} does not serve from the lab's nodes");
    }

    private async Task PlayAsync(
        ScenarioPlayer player, RealTimeDriver driver, List<Contestant> contestants, Action<long> begins, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var start = clock.GetTimestamp();
        begins(start);
        player.WorkloadSwitched += isOn => contestants.ForEach(c => c.Load.IsOn = isOn);
        driver.Post(player.Begin);
        var loads = contestants.ConvertAll(contestant => contestant.Load.RunAsync(stop.Token));
        try
        {
            while (clock.GetElapsedTime(start) < scenario.Lasts)
            {
                await Task.Delay(Every, clock, cancellation).ConfigureAwait(false);
                var at = clock.GetElapsedTime(start);
                writeLine($"{at:hh\\:mm\\:ss\\.fff}  load   " + string.Join("; ", contestants.Select(Interval)));
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(loads).ConfigureAwait(false);
        }
    }

    private static string Interval(Contestant contestant)
    {
        var (served, failed) = contestant.Load.TakeInterval();
        return string.Create(
            CultureInfo.InvariantCulture, $"{contestant.Name}: {served} served, {failed} failed ({failed / (double)Math.Max(1, served + failed):P1})");
    }

    private void Summarise(List<Contestant> contestants)
    {
        writeLine("");
        foreach (var (name, _, load, moves) in contestants)
        {
            lock (moves)
            {
                moves.ForEach(writeLine);
            }

            writeLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-15} {load.Served + load.Failed,8} requests {load.Failed,7} failed ({load.Failed / (double)Math.Max(1, load.Served + load.Failed),6:P1}), worst {load.Worst.TotalMilliseconds:0} ms"));
        }
    }

    private sealed record Contestant(string Name, ServiceProcess Service, HttpLoad Load, List<string> Moves);
}
