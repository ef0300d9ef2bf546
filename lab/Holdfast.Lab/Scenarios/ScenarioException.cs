namespace Holdfast.Lab.Scenarios;

/// <summary>A scenario file that cannot be understood: where, and why.</summary>
internal sealed class ScenarioException(string file, long line, string message) : Exception($"{file}:{line}: {message}");
