using System.Globalization;
using System.Text;

namespace Holdfast.Reports;

/// <summary>How the report writes moments, durations, shares and what came from outside.</summary>
internal static class Words
{
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Minute(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan span) => span.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalSeconds):0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds:00} s"),
        < 86_400 => string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h {span.Minutes:00} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.Days} d {span.Hours} h"),
    };

    /// <summary>Of a commit, what tells it from others.</summary>
    public static string Version(string version) =>
        version.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus && version.Length > plus + 9 ? version[..(plus + 9)] : version;

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Plural(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    /// <summary>Up to four digits that say something: 0.0012 %, 3.4 %, 210 %.</summary>
    public static string Percent(double share) => (share * 100) switch
    {
        0 => "0 %",
        < 0.1 and var small => string.Create(CultureInfo.InvariantCulture, $"{small:0.####} %"),
        < 10 and var some => string.Create(CultureInfo.InvariantCulture, $"{some:0.##} %"),
        var much => string.Create(CultureInfo.InvariantCulture, $"{much:N0} %"),
    };

    /// <summary>Text from outside, for one cell of a table: what Markdown or HTML would take for its own is escaped.</summary>
    public static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "–";
        }

        StringBuilder cell = new(text.Length + 8);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '|' or '\\' or '`' or '*' or '[' or ']' => cell.Append('\\').Append(letter),
                '<' => cell.Append("&lt;"),
                '&' => cell.Append("&amp;"),
                _ => cell.Append(char.IsControl(letter) ? ' ' : letter),
            };
        }

        return cell.ToString();
    }
}
