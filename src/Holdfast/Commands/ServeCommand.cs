using System.CommandLine;
using Holdfast.Admin;
using Holdfast.Hosting;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary><c>holdfast serve</c>: starts the service and stays until it is told to leave.</summary>
internal static class ServeCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = ConfigurationLoading.FileOption();
        Command serve = new("serve", "Serves sessions until it is told to stop (SIGTERM or Ctrl+C).") { file };
        serve.SetAction((parsed, cancellation) => RunAsync(terminal, parsed.GetValue(file), cancellation));
        return serve;
    }

    private static async Task<int> RunAsync(Terminal terminal, string? file, CancellationToken cancellation)
    {
        if (ConfigurationLoading.Load(terminal, file) is not { } configuration)
        {
            return ExitCode.BadConfiguration;
        }

        var options = configuration.Options;
        SocketThreads.Choose(options);
        var (clock, offset) = ServiceClock.Choose(Environment.GetEnvironmentVariable(ServiceClock.OffsetVariable));
        if (offset != TimeSpan.Zero)
        {
            terminal.Error.MarkupLineInterpolated(
                $"[red]{ServiceClock.OffsetVariable} is set: the clock is wrong by {offset.TotalMilliseconds:0} ms, on purpose. For tests alone.[/]");
        }

        // From here on: a SIGTERM that comes while the store is being opened is a wish to leave, not to be killed.
        using var signals = new ShutdownSignals();
        using var fileSize = FileSizeSignal.Refuse();
        HoldfastServer? server = null;
        try
        {
            // Names are resolved and certificates read as it is made; the ports are bound and the store is opened as it starts.
            server = new HoldfastServer(
                options,
                services => StoreChoice.Open(options, clock, services),
                clock,
                [
                    BackupEndpoint.Create(options.Admin.ListenAddress),
                    .. CoordinatorEndpoints.Create(options.Admin.ListenAddress, clock),
                ]);
            await server.StartAsync(cancellation);
        }
        catch (Exception failure) when (StartFailure.Explain(failure, options) is { } explanation)
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }

            return terminal.Fail(explanation, ExitCode.Failure);
        }

        await using var started = server;
        Banner.Write(terminal.Error, started, options, file);
        await started.RunAsync(signals, cancellation);
        return ExitCode.Success;
    }
}
