using System.Globalization;
using System.Text;

namespace Holdfast.Reports;

/// <summary>The report's sections about requests.</summary>
internal static class ReportTables
{
    private const int MinutesMax = 60;

    public static void Errors(StringBuilder page, Traffic traffic)
    {
        page.Append("\n## Errors\n\n");
        if (traffic.Peak is not { } peak)
        {
            page.Append("No request failed, and no more were slow than the objective allows.\n");
            return;
        }

        page.Append("| what the storage failed | requests |\n|---|---:|\n");
        foreach (var (kind, count) in traffic.Failures)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {Words.Cell(kind)} | {Words.Count(count)} |\n");
        }

        page.Append("\n| minute | good | errors | slow | bad | by kind |\n|---|---:|---:|---:|---:|---|\n");
        var bad = traffic.Minutes.Where(minute => minute.IsBad).ToList();
        foreach (var minute in bad.Take(MinutesMax))
        {
            var share = (double)(minute.Error + minute.Slow) / (minute.Good + minute.Error + minute.Slow);
            page.Append(CultureInfo.InvariantCulture, $"| {Words.Minute(minute.From)}{(minute == peak ? " (peak)" : "")} | {Words.Count(minute.Good)} | {Words.Count(minute.Error)} | {Words.Count(minute.Slow)} | {Words.Percent(share)} | {string.Join(", ", minute.Failures.Select(pair => $"{Words.Cell(pair.Key)} {Words.Count(pair.Value)}"))} |\n");
        }

        if (bad.Count > MinutesMax)
        {
            page.Append(CultureInfo.InvariantCulture, $"\nThe first {MinutesMax} of {Words.Count(bad.Count)} minutes; the peak was {Words.Minute(peak.From)}.\n");
        }
    }

    public static void Budget(StringBuilder page, Traffic traffic)
    {
        page.Append("\n## The objective\n\n");
        if (traffic.Requests == 0)
        {
            page.Append("No request was counted in this span.\n");
            return;
        }

        var good = Math.Max(0, 1 - ((double)traffic.Bad / traffic.Requests));
        page.Append("99.95 % of the requests over 30 days shall be neither 5xx nor slower than 250 ms; a confirmed loss of a session counts as a bad request\n(docs/slo.md).\n\n| | |\n|---|---|\n");
        page.Append(CultureInfo.InvariantCulture, $"| good in this span | {Share(good)} of {Words.Count(traffic.Requests)} |\n");
        page.Append(CultureInfo.InvariantCulture, $"| bad | {Words.Count(traffic.Bad)}: {Words.Count(traffic.Error)} errors, {Words.Count(traffic.Slow)} slow, {Words.Count(traffic.Lost)} lost |\n");
        page.Append(CultureInfo.InvariantCulture, $"| what 30 days allow at the {traffic.RequestsPerSecond:0.#} requests/s of this span | {Words.Count((long)traffic.Budget)} |\n");
        page.Append(CultureInfo.InvariantCulture, $"| spent of 30 days' budget | {Words.Percent(traffic.Bad / Math.Max(1e-9, traffic.Budget))} |\n");
    }

    /// <summary>Never rounded up to all: 99.9999 % is not 100 %.</summary>
    private static string Share(double share) => share >= 1 ? "100 %"
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Min(share * 100, 99.9999):0.00##} %");
}
