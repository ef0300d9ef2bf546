using Holdfast.Lab.Commands;
using Spectre.Console;

var console = AnsiConsole.Console;
if (!console.Profile.Out.IsTerminal)
{
    console.Profile.Width = 10_000; // lines are never broken for a file or a pipe
}

return await LabCommandLine.Build(console).Parse(args).InvokeAsync().ConfigureAwait(false);
