using System.CommandLine;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary><c>holdfast backup</c>: has the running server copy its store.</summary>
internal static class BackupCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> directory = new("DIR") { Description = "Where the backup shall lie, on the server's machine: an absent or empty folder." };
        var admin = AdminListener.Option();
        var file = ConfigurationLoading.FileOption();
        Command backup = new("backup", "Copies the store of the running server, while it goes on serving.") { directory, file, admin };
        backup.SetAction((parsed, cancellation) => RunAsync(
            terminal, Path.GetFullPath(parsed.GetRequiredValue(directory)), parsed.GetValue(file), parsed.GetValue(admin), cancellation));
        return backup;
    }

    private static async Task<int> RunAsync(Terminal terminal, string directory, string? file, Uri? admin, CancellationToken cancellation)
    {
        var (listener, exitCode) = AdminListener.Find(terminal, file, admin);
        if (listener is null)
        {
            return exitCode;
        }

        try
        {
            long size = 0;
            await ProgressDisplay.ShowAsync(terminal, "backup", async progress =>
                size = await BackupClient.RunAsync(listener, directory, progress, cancellation));
            terminal.Output.MarkupLineInterpolated($"[green]backed up[/] {ProgressDisplay.Size(size)} to {directory}");
            return ExitCode.Success;
        }
        catch (AdminRequestException failure)
        {
            return terminal.Fail(failure.Message, ExitCode.Failure);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return terminal.Fail("cancelled; the server removes what it has copied.", ExitCode.Failure);
        }
    }
}
