using System.CommandLine;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Control;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Holdfast.Lab.Commands;

/// <summary>`lab up`: a cluster on real sockets in real time, until it is interrupted or its time is up.</summary>
internal static class UpCommand
{
    public static Command Build(IAnsiConsole console)
    {
        var settings = new UpSettings();
        var command = new Command("up", "Run a cluster on loopback.");
        foreach (var option in settings.All)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => RunAsync(console, settings, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(IAnsiConsole console, UpSettings settings, ParseResult parsed, CancellationToken cancellation)
    {
        var (clock, lasts) = (TimeProvider.System, settings.Duration(parsed));
        var scheduler = new Scheduler(parsed.GetValue(settings.Seed), clock.GetUtcNow());
        var cluster = new LabCluster(scheduler, settings.ToCluster(parsed));
        var faults = new FaultBoard(cluster);
        var transport = new TransportOptions();
        if (parsed.GetResult(settings.Tls) is not null)
        {
            var folder = parsed.GetValue(settings.Tls) ?? "lab-tls";
            transport = transport with
            {
                Certificate = LabCertificates.Make(folder, cluster.Nodes.Select(n => n.Address.Address), clock.GetUtcNow()),
            };
            console.WriteLine($"TLS: clients trust {Path.Combine(folder, "ca.pem")}");
        }

        Start(cluster, parsed.GetValue(settings.Cold));
        await using var driver = new RealTimeDriver(scheduler, clock);
        await using var sockets = new SocketTransport(cluster, driver, transport, clock, NullLogger.Instance);
        await sockets.StartAsync().ConfigureAwait(false);
        await using var control = await ControlServer.StartAsync(settings.ControlEndpoint(parsed), driver, cluster, faults, cancellation)
            .ConfigureAwait(false);
        console.WriteLine($"control API: {control.Address}");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (lasts is { } duration)
        {
            ending.CancelAfter(duration);
        }

        await new LiveView(console, clock).ShowAsync(
            () => driver.InvokeAsync(() => LabState.Take(cluster, faults)), driver.Completion, ending.Token).ConfigureAwait(false);
        return 0;
    }

    private static void Start(LabCluster cluster, bool isCold)
    {
        if (!isCold)
        {
            cluster.StartWarm();
            return;
        }

        foreach (var node in cluster.Nodes)
        {
            node.Run(new StartOptions());
        }
    }
}
