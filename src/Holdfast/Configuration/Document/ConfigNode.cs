namespace Holdfast.Configuration.Document;

/// <summary>
/// One node of a configuration file, with the line it stands on. Lives in this folder: from a file's bytes to nodes,
/// knowing YAML and nothing of any setting.
/// </summary>
internal abstract record ConfigNode(int Line);

/// <summary>A value that is text so far.</summary>
/// <param name="Text">As written, without quotes.</param>
/// <param name="IsPlain">Written without quotes: only then can it be a number, a truth value or nothing.</param>
/// <param name="Line">Counted from 1.</param>
internal sealed record ConfigScalar(string Text, bool IsPlain, int Line) : ConfigNode(Line)
{
    /// <summary>YAML's ways to write nothing: the key is there, its value is not.</summary>
    public bool IsNothing => IsPlain && Text is ("" or "~" or "null" or "Null" or "NULL");
}

/// <summary>A list.</summary>
internal sealed record ConfigList(IReadOnlyList<ConfigNode> Items, int Line) : ConfigNode(Line);

/// <summary>Keys with their values, in the file's order; no key twice.</summary>
internal sealed record ConfigSection(IReadOnlyList<ConfigEntry> Entries, int Line) : ConfigNode(Line);

/// <summary>One key of a section.</summary>
internal sealed record ConfigEntry(string Key, int Line, ConfigNode Value);
