namespace Holdfast.Events;

/// <summary>Text from outside, cut to a length and made one line.</summary>
internal static class BoundedText
{
    /// <summary>Null for nothing.</summary>
    public static string? Of(string? text, int charactersMax)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // Half of a surrogate pair is no character.
        var kept = text.Length <= charactersMax ? text
            : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[charactersMax - 1]) ? charactersMax - 1 : charactersMax), "…");
        return kept.Any(char.IsControl)
            ? string.Create(kept.Length, kept, (span, from) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = char.IsControl(from[i]) ? ' ' : from[i];
                }
            })
            : kept;
    }
}
