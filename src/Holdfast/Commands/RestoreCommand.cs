using System.CommandLine;
using Holdfast.Configuration;
using Holdfast.Embedded;
using Holdfast.Embedded.Backup;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary><c>holdfast restore</c>: makes a store from a backup, with no server running on it.</summary>
internal static class RestoreCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> directory = new("DIR") { Description = "The backup." };
        var file = ConfigurationLoading.FileOption();
        Command restore = new("restore", "Makes a store from a backup, in the configured storage.embedded.path, which must be absent or empty.")
        {
            directory,
            file,
        };
        restore.SetAction((parsed, cancellation) => RunAsync(
            terminal, Path.GetFullPath(parsed.GetRequiredValue(directory)), parsed.GetValue(file), cancellation));
        return restore;
    }

    private static async Task<int> RunAsync(Terminal terminal, string directory, string? file, CancellationToken cancellation)
    {
        if (ConfigurationLoading.Load(terminal, file) is not { } configuration)
        {
            return ExitCode.BadConfiguration;
        }

        if (configuration.Options.Storage.Engine != StorageEngine.Embedded)
        {
            return terminal.Fail(
                $"{file ?? "the environment"} keeps sessions in Cassandra, so there is no folder to restore into: a backup is of the embedded store, "
                + "and Cassandra's own tools restore a cluster. Name another file with --config, or set storage.engine to embedded.",
                ExitCode.BadConfiguration);
        }

        var options = configuration.Options.Storage.Embedded;
        try
        {
            await ProgressDisplay.ShowAsync(terminal, "restore", progress =>
                StoreRestore.RestoreAsync(directory, options, progress, cancellation));
            terminal.Output.MarkupLineInterpolated($"[green]restored[/] {directory} to {Path.GetFullPath(options.Path)}");
            return ExitCode.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or StoreOpenException)
        {
            return terminal.Fail(failure.Message, ExitCode.Failure);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return terminal.Fail($"stopped. {Path.GetFullPath(options.Path)} is not a store; empty it before the next try.", ExitCode.Failure);
        }
    }
}
