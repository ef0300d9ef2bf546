using System.Globalization;
using Holdfast.Sessions;
using Microsoft.Extensions.Primitives;

namespace Holdfast.Http;

/// <summary>The header Holdfast-TTL: whole seconds; 0 for an entry that never expires.</summary>
internal static class TtlHeader
{
    /// <summary>The longest that any number of ours is written: more digits are out of range whatever they say.</summary>
    private const int MaxDigits = 9;

    /// <summary>
    /// Reads what a request asks for. False when it is malformed or out of range: not decimal digits alone, given twice,
    /// longer than <paramref name="max"/>, or for ever while <paramref name="max"/> sets a bound.
    /// </summary>
    public static bool TryParse(StringValues header, SessionTtl max, out SessionTtl ttl)
    {
        ttl = default;
        if (header.Count != 1 || header[0] is not { Length: > 0 and <= MaxDigits } text || !text.All(char.IsAsciiDigit))
        {
            return false;
        }

        ttl = new SessionTtl(int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));
        return max.IsNever ? ttl.Seconds <= SessionTtl.MaxSeconds : !ttl.IsNever && ttl.Seconds <= max.Seconds;
    }

    public static StringValues Format(int secondsLeft) => secondsLeft.ToString(CultureInfo.InvariantCulture);
}
