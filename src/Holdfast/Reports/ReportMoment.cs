using System.Globalization;

namespace Holdfast.Reports;

/// <summary>How a moment is written on the command line: ISO 8601, or so long ago.</summary>
internal static class ReportMoment
{
    public const string Description = "2023-01-24T20:50, in UTC unless it says otherwise, or so long ago, such as -90m, -2h or -1d; now";

    /// <summary>Null for anything else.</summary>
    public static DateTimeOffset? Read(string text, DateTimeOffset now)
    {
        if (text == "now")
        {
            return now;
        }

        if (text is ['-', .. var ago, var unit] && double.TryParse(ago, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
        {
            double? seconds = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => null };
            return seconds is { } each && count * each < 100 * 366 * 86_400.0 ? now.AddSeconds(-count * each) : null;
        }

        string[] shapes =
        [
            "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssK",
            "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss",
        ];
        return DateTimeOffset.TryParseExact(
            text, shapes, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : null;
    }
}
