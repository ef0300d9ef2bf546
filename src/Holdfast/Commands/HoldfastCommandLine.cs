using System.CommandLine;

namespace Holdfast.Commands;

/// <summary>
/// The program as a person meets it: its commands, their options, their exit codes. Lives in this folder: one class a
/// command, and how each talks to whoever typed it.
/// </summary>
internal static class HoldfastCommandLine
{
    private const string ExitCodes = """
        Exit codes:
          0   done; for serve: stopped in good order
          1   the storage could not be opened, an address could not be bound, a backup or restore failed
          78  the configuration is wrong: every mistake is on standard error as FILE:LINE: key: message
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        Terminal terminal = new();
        RootCommand root = new($"Holdfast keeps web sessions: Kask's HTTP contract over a durable store.{Environment.NewLine}{Environment.NewLine}{ExitCodes}")
        {
            ConfigCommand.Create(terminal),
        };
        var parsed = root.Parse(args);
        InvocationConfiguration invocation = new()
        {
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10), // enough to clean up and leave
        };
        return await parsed.InvokeAsync(invocation);
    }
}
