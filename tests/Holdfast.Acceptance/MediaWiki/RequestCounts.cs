using System.Globalization;
using System.Text.RegularExpressions;

namespace Holdfast.Acceptance.MediaWiki;

/// <summary>What the store says that it answered: <c>http_requests_total</c> by method and code.</summary>
internal sealed partial class RequestCounts
{
    private readonly List<(string Method, int Code, long Count)> _rows;

    private RequestCounts(List<(string Method, int Code, long Count)> rows) => _rows = rows;

    public long Failures => _rows.Where(row => row.Code >= 400 && row.Code != 404).Sum(row => row.Count);

    /// <summary>Requests of a method that succeeded.</summary>
    public long Succeeded(string method) =>
        _rows.Where(row => row.Method == method && row.Code < 300).Sum(row => row.Count);

    public static async Task<RequestCounts> ReadAsync(Uri root)
    {
        // An exposition may be a third of a second old: the one after that holds everything that was answered before.
        using HttpClient http = new();
        Uri metrics = new(root, "metrics");
        _ = await http.GetStringAsync(metrics);
        await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System);
        return Parse(await http.GetStringAsync(metrics));
    }

    public static RequestCounts Parse(string exposition)
    {
        List<(string Method, int Code, long Count)> rows = [];
        foreach (Match line in Sample().Matches(exposition))
        {
            string labels = line.Groups["labels"].Value;
            rows.Add((
                Method().Match(labels).Groups[1].Value,
                int.Parse(Code().Match(labels).Groups[1].Value, CultureInfo.InvariantCulture),
                (long)double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture)));
        }

        return new RequestCounts(rows);
    }

    [GeneratedRegex(@"^http_requests_total\{(?<labels>[^}]*)\} (?<value>\S+)", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("method=\"([A-Z_]+)\"", RegexOptions.IgnoreCase)]
    private static partial Regex Method();

    [GeneratedRegex("code=\"([0-9]+)\"")]
    private static partial Regex Code();
}
