using System.Diagnostics.CodeAnalysis;
using Holdfast.Configuration.Document;

namespace Holdfast.Configuration.Values;

/// <summary>true or false; on and off are the same.</summary>
internal sealed class TruthValue : ValueGrammar<bool>
{
    public override string Description => "true or false (on or off)";

    public override bool TryRead(string text, out bool value, out string problem)
    {
        value = text is "true" or "on";
        problem = text is "true" or "on" or "false" or "off" ? "" : Expected(text);
        return problem.Length == 0;
    }

    public override string Format(bool value) => value ? "true" : "false";
}

/// <summary>One of a few words, in any case.</summary>
internal sealed class Choice<T>(params (string Word, T Value)[] words) : ValueGrammar<T>
    where T : struct, Enum
{
    public override string Description => $"one of {string.Join(", ", words.Select(word => word.Word))}";

    public override bool IsPlain => false;

    public override bool TryRead(string text, out T value, out string problem)
    {
        foreach (var (word, candidate) in words)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                (value, problem) = (candidate, "");
                return true;
            }
        }

        (value, problem) = (default, Expected(text));
        return false;
    }

    /// <summary>A value that no file can hold, which only code can have set, is shown by its own name.</summary>
    public override string Format(T value) =>
        words.Where(word => word.Value.Equals(value)).Select(word => word.Word).FirstOrDefault() ?? value.ToString() ?? "";
}

/// <summary>One printable character of ASCII.</summary>
internal sealed class Character : ValueGrammar<char>
{
    public override string Description => "one printable character of ASCII, in quotes";

    public override bool IsPlain => false;

    public override bool TryRead(string text, out char value, out string problem)
    {
        var read = text.Length == 1 && text[0] is > ' ' and <= '~';
        (value, problem) = read ? (text[0], "") : (default, Expected(text));
        return read;
    }

    public override string Format(char value) => value.ToString();
}

/// <summary>Any text, with a rule of its own where it has one. Messages name the rule, never the text: it may be a secret.</summary>
internal sealed class Text(string description, Func<string, bool>? fits = null) : ValueGrammar<string>
{
    public override string Description => description;

    public override bool IsPlain => false;

    public override bool TryRead(string text, [MaybeNullWhen(false)] out string value, out string problem)
    {
        if (fits is null || fits(text))
        {
            (value, problem) = (text, "");
            return true;
        }

        (value, problem) = (null, $"expected {description}");
        return false;
    }

    public override string Format(string value) => value;
}

/// <summary>Text that may be missing; empty is missing, as in Kask. Messages name the rule, never the text: it may be a secret.</summary>
internal sealed class OptionalText(string description, Func<string, bool>? fits = null) : ValueGrammar<string?>
{
    public override string Description => description;

    public override bool IsPlain => false;

    public override bool TryRead(string text, out string? value, out string problem)
    {
        if (text.Length == 0 || fits is null || fits(text))
        {
            (value, problem) = (text.Length == 0 ? null : text, "");
            return true;
        }

        (value, problem) = (null, $"expected {description}");
        return false;
    }

    public override string? Format(string? value) => value;
}

/// <summary>A list of words: a YAML list, or commas between them in an environment variable.</summary>
internal sealed class TextList(string description, Func<string, bool> fits) : ValueGrammar<IReadOnlyList<string>>
{
    public override string Description => description;

    public override bool TryRead(ConfigNode node, [MaybeNullWhen(false)] out IReadOnlyList<string> value, out string problem)
    {
        if (node is ConfigList list && list.Items.All(item => item is ConfigScalar { IsNothing: false }))
        {
            return TryTake([.. list.Items.Cast<ConfigScalar>().Select(item => item.Text)], out value, out problem);
        }

        (value, problem) = (null, $"expected {description}, written as a YAML list");
        return false;
    }

    public override bool TryRead(string text, [MaybeNullWhen(false)] out IReadOnlyList<string> value, out string problem) =>
        TryTake(text.Split(',', StringSplitOptions.TrimEntries), out value, out problem);

    public override string Format(IReadOnlyList<string> value) => $"[{string.Join(", ", value)}]";

    private bool TryTake(string[] items, [MaybeNullWhen(false)] out IReadOnlyList<string> value, out string problem)
    {
        if (items.Length > 0 && items.All(fits))
        {
            (value, problem) = (items, "");
            return true;
        }

        (value, problem) = (null, items.FirstOrDefault(item => !fits(item)) is { } misfit ? Expected(misfit) : $"expected {description}, found none");
        return false;
    }
}
