using System.CommandLine;
using System.Net.Sockets;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Control;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Scenarios;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport;
using Spectre.Console;

namespace Holdfast.Lab.Commands;

/// <summary>`lab up`: a cluster on real sockets in real time, until it is interrupted, its time is up or its scenario is over.</summary>
internal static class UpCommand
{
    private static readonly TimeSpan VerdictsKept = TimeSpan.FromHours(1);

    public static Command Build(IAnsiConsole console)
    {
        var settings = new UpSettings();
        var command = new Command("up", "Run a cluster on loopback.");
        foreach (var option in settings.All)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => RunAsync(console, settings.Read(parsed), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(IAnsiConsole console, UpRequest request, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var feed = new LineFeed(clock);
        var scheduler = new Scheduler(request.Seed, clock.GetUtcNow() - (request.IsCold ? TimeSpan.Zero : LabCluster.WarmUp));
        var cluster = new LabCluster(scheduler, request.Cluster);
        Start(cluster, request.IsCold);
        var faults = new FaultBoard(cluster);
        var player = Player(request, cluster, faults, feed, ending);
        var verdicts = new VerdictTimeline(cluster) { Keep = VerdictsKept };
        var transport = Transport(console, request, cluster, clock);

        CatchUp(scheduler, clock);
        await using var driver = new RealTimeDriver(scheduler, clock, request.Speed);
        await using var sockets = new SocketTransport(cluster, driver, transport, clock, feed);
        await ListenAsync($"nodes from {cluster.Nodes[0].Address} on", sockets.StartAsync()).ConfigureAwait(false);
        var lab = new ControlledLab(driver, cluster, faults, verdicts, player);
        await using var control = await ListenAsync(
            $"control API on {request.Control}", ControlServer.StartAsync(request.Control, lab, ending.Token)).ConfigureAwait(false);
        console.WriteLine($"control API: {control.Address}");
        if (request.Lasts is { } duration)
        {
            ending.CancelAfter(duration);
        }

        if (player is not null && !request.IsHeld)
        {
            driver.Post(player.Begin);
        }

        await new LiveView(console, clock, feed).ShowAsync(
            () => driver.InvokeAsync(() => LabState.Take(cluster, faults)), driver.Completion, ending.Token).ConfigureAwait(false);
        return 0;
    }

    /// <summary>The warm-up took a while of the real time; the nodes' clocks shall be right.</summary>
    private static void CatchUp(Scheduler scheduler, TimeProvider clock)
    {
        if (clock.GetUtcNow() - scheduler.UtcNow is var behind && behind > TimeSpan.Zero)
        {
            scheduler.RunFor(behind);
        }
    }

    private static void Start(LabCluster cluster, bool isCold)
    {
        if (!isCold)
        {
            cluster.StartWarm();
            cluster.Scheduler.RunFor(LabCluster.WarmUp);
            cluster.ReadyAt = cluster.Scheduler.Now;
            return;
        }

        foreach (var node in cluster.Nodes)
        {
            node.Run(new StartOptions());
        }
    }

    private static ScenarioPlayer? Player(
        UpRequest request, LabCluster cluster, FaultBoard faults, LineFeed feed, CancellationTokenSource ending)
    {
        if (request.Scenario is not { } scenario)
        {
            return null;
        }

        var player = new ScenarioPlayer(scenario, cluster, faults, new Timeline(cluster, faults, feed.Add));
        player.Ended += () =>
        {
            feed.Add("the scenario is over");
            ending.CancelAfter(TimeSpan.FromSeconds(1)); // so that the last lines are still shown
        };
        return player;
    }

    private static TransportOptions Transport(IAnsiConsole console, UpRequest request, LabCluster cluster, TimeProvider clock)
    {
        if (request.TlsFolder is not { } folder)
        {
            return new TransportOptions();
        }

        try
        {
            var certificate = LabCertificates.Make(folder, cluster.Nodes.Select(n => n.Address.Address), clock.GetUtcNow());
            console.WriteLine($"TLS: clients trust {Path.Combine(folder, "ca.pem")}");
            return new TransportOptions { Certificate = certificate };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandMistake($"--tls {folder}: {exception.Message}");
        }
    }

    private static async Task<T> ListenAsync<T>(string what, Task<T> start)
    {
        try
        {
            return await start.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new CommandMistake($"{what}: {exception.InnerException?.Message ?? exception.Message}");
        }
    }
}
