using System.Diagnostics.CodeAnalysis;
using Holdfast.Configuration.Document;

namespace Holdfast.Configuration.Values;

/// <summary>
/// How one type of setting is written: from text to a value and back. Lives in this folder: one grammar a type, each
/// knowing nothing of which setting uses it.
/// </summary>
internal abstract class ValueGrammar<T>
{
    /// <summary>What to write, for a person: the type and its range.</summary>
    public abstract string Description { get; }

    /// <summary>Whether the value is written as plain YAML (a number, a truth value, a list) and not as text.</summary>
    public virtual bool IsPlain => true;

    /// <summary>Reads a file's node. The problem says what was expected and what was found.</summary>
    public virtual bool TryRead(ConfigNode node, [MaybeNullWhen(false)] out T value, out string problem)
    {
        if (node is not ConfigScalar scalar)
        {
            value = default;
            problem = $"expected {Description}, found {(node is ConfigList ? "a list" : "a section of keys")}";
            return false;
        }

        if (IsPlain && !scalar.IsPlain)
        {
            value = default;
            problem = $"expected {Description}, found text in quotes: remove the quotes";
            return false;
        }

        return TryRead(scalar.Text, out value, out problem);
    }

    /// <summary>Reads an environment variable's text, or a scalar's.</summary>
    public abstract bool TryRead(string text, [MaybeNullWhen(false)] out T value, out string problem);

    /// <summary>The value as it would be written; null when it stands for 'not set'.</summary>
    public abstract string? Format(T value);

    /// <summary>What to say of text that does not fit.</summary>
    protected string Expected(string text) => $"expected {Description}, found '{Quoting.Clip(text)}'";
}
