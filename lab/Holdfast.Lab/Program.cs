using Holdfast.Lab.Commands;
using Spectre.Console;

var console = AnsiConsole.Console;
if (!console.Profile.Out.IsTerminal)
{
    console.Profile.Width = 10_000; // lines are never broken for a file or a pipe
}

#pragma warning disable RS0030 // the command line: mistakes go to standard error
return await LabCommandLine.RunAsync(args, console, Console.Error).ConfigureAwait(false);
#pragma warning restore RS0030
