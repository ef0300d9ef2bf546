using System.CommandLine;
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

        var options = configuration.Options.Storage.Embedded;
        try
        {
            await ProgressDisplay.ShowAsync(terminal, "restore", progress =>
                StoreRestore.RestoreAsync(directory, options, progress, cancellation));
            terminal.Output.MarkupLineInterpolated($"[green]restored[/] {directory} to {Path.GetFullPath(options.Path)}");
            return ExitCode.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(failure.Message, ExitCode.Failure);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return terminal.Fail($"stopped. {Path.GetFullPath(options.Path)} is not a store; empty it before the next try.", ExitCode.Failure);
        }
    }
}
