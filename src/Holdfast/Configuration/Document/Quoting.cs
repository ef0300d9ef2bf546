using System.Text;

namespace Holdfast.Configuration.Document;

/// <summary>How a message repeats what somebody wrote: on one line, not too long, harmless to a terminal.</summary>
internal static class Quoting
{
    private const int MaxChars = 100;

    public static string Clip(string text)
    {
        StringBuilder clipped = new(Math.Min(text.Length, MaxChars + 1));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clipped.Length >= MaxChars)
            {
                return clipped.Append('…').ToString();
            }

            clipped.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar ? "�" : rune.ToString());
        }

        return clipped.ToString();
    }
}
