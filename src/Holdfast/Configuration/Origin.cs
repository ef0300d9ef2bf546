namespace Holdfast.Configuration;

/// <summary>Where a value came from, or where a problem lies.</summary>
/// <param name="Place">For a person: a file with a line, an environment variable, or a word for a default.</param>
/// <param name="Line">The line in the file; after every line for what lies in no file.</param>
/// <param name="IsSaid">Somebody set it; a default is nobody's.</param>
internal sealed record Origin(string Place, int Line, bool IsSaid)
{
    /// <summary>Nobody said anything.</summary>
    public static Origin Default { get; } = new("default", int.MaxValue, IsSaid: false);

    /// <summary>Nobody said anything, and another setting decides.</summary>
    public static Origin Follows(string path) => new($"default, follows {path}", int.MaxValue, IsSaid: false);

    public static Origin InFile(string file, int line) => new($"{file}:{line}", line, IsSaid: true);

    public static Origin InEnvironment(string variable) => new(variable, int.MaxValue, IsSaid: true);

    /// <summary>The file itself, before any of its lines.</summary>
    public static Origin WholeFile(string file) => new(file, 0, IsSaid: true);
}
