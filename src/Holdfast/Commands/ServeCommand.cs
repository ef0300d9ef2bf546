using System.CommandLine;
using Holdfast.Embedded;
using Holdfast.Hosting;

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
        await using HoldfastServer server = new(
            options,
            loggers => EmbeddedSessionStore.Open(
                options.Storage.Embedded, TimeProvider.System, loggers.CreateLogger<EmbeddedSessionStore>()),
            TimeProvider.System);
        try
        {
            await server.StartAsync(cancellation);
        }
        catch (Exception failure) when (StartFailure.Explain(failure, options) is { } explanation)
        {
            return terminal.Fail(explanation, ExitCode.Failure);
        }

        Banner.Write(terminal.Error, server, options, file);
        await server.RunAsync(cancellation);
        return ExitCode.Success;
    }
}
