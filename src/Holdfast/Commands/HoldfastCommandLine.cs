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
          1   the storage could not be opened, an address could not be bound, a backup, restore, report or question to the running server failed
          78  the configuration is wrong: every mistake is on standard error as FILE:LINE: key: message
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        Terminal terminal = new();
        var serve = ServeCommand.Create(terminal);
        RootCommand root = new($"Holdfast keeps web sessions: Kask's HTTP contract over a durable store.{Environment.NewLine}{Environment.NewLine}{ExitCodes}")
        {
            serve,
            ConfigCommand.Create(terminal),
            SchemaCommand.Create(terminal),
            CoordinatorsCommand.Create(terminal),
            TopCommand.Create(terminal),
            BackupCommand.Create(terminal),
            RestoreCommand.Create(terminal),
            ReportCommand.Create(terminal),
        };
        var parsed = root.Parse(args);
        InvocationConfiguration invocation = new()
        {
            // The server drains at its own pace and takes the signals itself; the others clean up and leave.
            ProcessTerminationTimeout = parsed.CommandResult.Command == serve ? null : TimeSpan.FromSeconds(10),
        };
        return await parsed.InvokeAsync(invocation);
    }
}
