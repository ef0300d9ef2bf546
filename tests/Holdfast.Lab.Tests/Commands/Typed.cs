using Holdfast.Lab.Commands;
using Spectre.Console;

namespace Holdfast.Lab.Tests.Commands;

/// <summary>The lab's command line, without a terminal: what it prints and with what it ends.</summary>
internal static class Typed
{
    public static async Task<(int Code, string Printed, string Error)> RunAsync(params string[] arguments)
    {
        using var printed = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(printed), Ansi = AnsiSupport.No });
        console.Profile.Width = 400;
        var code = await LabCommandLine.RunAsync(arguments, console, error);
        return (code, printed.ToString(), error.ToString());
    }

    /// <summary>Of a command that succeeds.</summary>
    public static async Task<string> PrintedAsync(params string[] arguments)
    {
        var (code, printed, error) = await RunAsync(arguments);
        Xunit.Assert.Equal((0, ""), (code, error));
        return printed;
    }
}
