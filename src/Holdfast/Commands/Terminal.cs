using Spectre.Console;

namespace Holdfast.Commands;

/// <summary>The two streams a person looks at. Standard output carries results and log lines, standard error what is said beside them.</summary>
internal sealed class Terminal
{
    /// <summary>Lines are never broken here: a URL or a path that is cut in two cannot be copied.</summary>
    private const int UnlimitedWidth = 10_000;

#pragma warning disable RS0030 // the command line is where Console belongs; everything else is handed one of these
    public Terminal()
    {
        Output = Create(Console.Out);
        Error = Create(Console.Error);
        Live = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        Screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        IsErrorWatched = !Console.IsErrorRedirected;
        IsOutputWatched = !Console.IsOutputRedirected;
    }
#pragma warning restore RS0030

    public IAnsiConsole Output { get; }

    public IAnsiConsole Error { get; }

    /// <summary>Standard error as wide as it is, for what moves within its lines.</summary>
    public IAnsiConsole Live { get; }

    /// <summary>Standard output as wide as it is, for what fills a screen.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool IsOutputWatched { get; }

    /// <summary>Whether standard error is a terminal, where a moving bar makes sense.</summary>
    public bool IsErrorWatched { get; }

    /// <summary>Says why the command cannot do what it was asked to.</summary>
    public int Fail(string message, int exitCode)
    {
        Error.MarkupLineInterpolated($"[red]holdfast:[/] {message}");
        return exitCode;
    }

    private static IAnsiConsole Create(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = UnlimitedWidth;
        return console;
    }
}
