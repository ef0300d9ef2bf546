using Holdfast.Configuration.Document;
using Holdfast.Configuration.Values;

namespace Holdfast.Configuration;

/// <summary>One row of <see cref="SettingTable"/>: everything that is to be known of one setting.</summary>
internal abstract class Setting(string path, string summary)
{
    /// <summary>Before the name of every environment variable that overrides a setting.</summary>
    public const string EnvironmentPrefix = "HOLDFAST__";

    /// <summary>The key with its sections, such as <c>limits.max_ttl</c>.</summary>
    public string Path { get; } = path;

    /// <summary>What it does, in one line.</summary>
    public string Summary { get; } = summary;

    /// <summary>What may be written.</summary>
    public abstract string Description { get; }

    /// <summary>Shown as asterisks wherever the configuration is shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>One of Kask's own keys.</summary>
    public bool IsKasks { get; init; }

    /// <summary>The sections around the key, outermost first, each with its path.</summary>
    public IEnumerable<string> Sections =>
        Path.Select((letter, index) => (letter, index)).Where(at => at.letter == '.').Select(at => Path[..at.index]);

    /// <summary>The key within its section.</summary>
    public string Key => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>The environment variable that overrides it: <c>HOLDFAST__LIMITS__MAX_TTL</c>.</summary>
    public string EnvironmentName => EnvironmentPrefix + Path.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Takes a file's value over into the options, or says why not.</summary>
    public abstract bool TryApply(ConfigNode node, HoldfastOptions options, out string problem);

    /// <summary>Takes an environment variable's value over into the options, or says why not.</summary>
    public abstract bool TryApply(string text, HoldfastOptions options, out string problem);

    /// <summary>The value in force, as it would be written in a file; null when nothing is set.</summary>
    public abstract string? Show(HoldfastOptions options);
}

/// <summary>A setting of one type: how it is written, and where it lies in the options.</summary>
internal sealed class Setting<T>(
    string path, ValueGrammar<T> grammar, Func<HoldfastOptions, T> get, Action<HoldfastOptions, T> set, string summary)
    : Setting(path, summary)
{
    public override string Description => grammar.Description;

    public override bool TryApply(ConfigNode node, HoldfastOptions options, out string problem)
    {
        var read = grammar.TryRead(node, out var value, out problem);
        if (read)
        {
            set(options, value!);
        }

        return read;
    }

    public override bool TryApply(string text, HoldfastOptions options, out string problem)
    {
        var read = grammar.TryRead(text, out var value, out problem);
        if (read)
        {
            set(options, value!);
        }

        return read;
    }

    public override string? Show(HoldfastOptions options) => grammar.Format(get(options)) switch
    {
        null => null,
        var text when grammar.IsPlain || IsPlainWord(text) => text,
        var text => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
    };

    /// <summary>Text that YAML reads back as itself without quotes.</summary>
    private static bool IsPlainWord(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '.' || (char.IsAsciiDigit(text[0]) && text.Count('.') == 3))
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-')
        && text.ToUpperInvariant() is not ("TRUE" or "FALSE" or "NULL" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N");
}
