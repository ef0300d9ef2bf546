using System.CommandLine;
using Spectre.Console;

namespace Holdfast.Lab.Commands;

/// <summary>This folder: the command line. `lab up` runs a cluster, `lab run` plays a scenario, the others talk to a running lab.</summary>
internal static class LabCommandLine
{
    public static RootCommand Build(IAnsiConsole console) => new(
        "A test instrument: a cluster that speaks CQL on loopback and fails like a real one. Never a store.")
    {
        UpCommand.Build(console),
        RunCommand.Build(console),
        FaultCommands.BuildKinds(console),
        FaultCommands.BuildFault(console),
        FaultCommands.BuildHeal(console),
        FaultCommands.BuildState(console),
    };
}
