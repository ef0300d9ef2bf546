using System.CommandLine;
using Spectre.Console;

namespace Holdfast.Lab.Commands;

/// <summary>This folder: the command line. `lab up` runs a cluster, `lab run` plays a scenario, the others talk to a running lab.</summary>
internal static class LabCommandLine
{
    private const int Mistaken = 2;

    /// <summary>Runs a command. Whatever is wrong with what was typed is one line and exit code 2.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, IAnsiConsole console, TextWriter error)
    {
        var parsed = Build(console).Parse(arguments);
        if (parsed.Errors.Count > 0 && arguments.Count > 0)
        {
            await error.WriteLineAsync($"lab: {parsed.Errors[^1].Message}").ConfigureAwait(false);
            return Mistaken;
        }

        try
        {
            var run = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Error = error };
            return await parsed.InvokeAsync(run).ConfigureAwait(false);
        }
        catch (CommandMistake mistake)
        {
            await error.WriteLineAsync($"lab: {mistake.Message}").ConfigureAwait(false);
            return Mistaken;
        }
        catch (OperationCanceledException)
        {
            return 0; // interrupted, as asked
        }
    }

    private static RootCommand Build(IAnsiConsole console) => new(
        "A test instrument: a cluster that speaks CQL on loopback and fails like a real one. Never a store.")
    {
        UpCommand.Build(console),
        RunCommand.Build(console),
        FaultCommands.BuildKinds(console),
        FaultCommands.BuildFault(console),
        FaultCommands.BuildHeal(),
        FaultCommands.BuildState(console),
        VerdictCommand.Build(console),
        FaultCommands.BuildBegin(),
    };
}
