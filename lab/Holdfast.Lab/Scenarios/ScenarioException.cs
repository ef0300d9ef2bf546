namespace Holdfast.Lab.Scenarios;

/// <summary>A scenario file that cannot be understood: a line for each mistake, with where and why.</summary>
internal sealed class ScenarioException : Exception
{
    public ScenarioException(string file, long line, string message)
        : base($"{file}:{line}: {message}") => Line = line;

    public ScenarioException(IEnumerable<ScenarioException> mistakes)
        : base(string.Join('\n', mistakes.OrderBy(m => m.Line).Select(m => m.Message)))
    {
    }

    public long Line { get; }
}
