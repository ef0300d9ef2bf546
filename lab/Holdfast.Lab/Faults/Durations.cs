using System.Globalization;

namespace Holdfast.Lab.Faults;

/// <summary>Durations as people write them: 500ms, 20s, 3m, 2h, 1m30s.</summary>
internal static class Durations
{
    private const double DaysMax = 36_500;

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var at = 0;
        while (at < text.Length)
        {
            var end = at;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            {
                end++;
            }

            var unitEnd = end;
            while (unitEnd < text.Length && char.IsAsciiLetter(text[unitEnd]))
            {
                unitEnd++;
            }

            if (!double.TryParse(text[at..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || UnitOf(text[end..unitEnd]) is not { } unit)
            {
                return false;
            }

            if (number * unit.TotalDays + duration.TotalDays > DaysMax)
            {
                return false;
            }

            duration += unit * number;
            at = unitEnd;
        }

        return text.Length > 0;
    }

    private static TimeSpan? UnitOf(string unit) => unit switch
    {
        "us" => TimeSpan.FromMicroseconds(1),
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        _ => null,
    };
}
