using System.Globalization;
using System.Text;
using Holdfast.SideBySide.Rounds;

namespace Holdfast.SideBySide.Report;

/// <summary>A result page: method, tables, and every figure beside the bar it is held against. Lives here: all output.</summary>
internal sealed class Document
{
    private readonly StringBuilder _text = new();

    public Document(string title, string machine, string method) =>
        _text.Append(CultureInfo.InvariantCulture, $"# {title}\n\nMachine: {machine}\n\nMethod: {method}\n");

    public string Text => _text.ToString();

    public void Paragraph(string text) => _text.Append(CultureInfo.InvariantCulture, $"\n{text}\n");

    /// <summary>One row a contestant: rate, processor time a request, latency.</summary>
    public void Figures(string title, PairedRounds rounds)
    {
        _text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        _text.Append("| server | requests/s | least–greatest | CPU µs/request | p50 ms | p99 ms |\n|---|---:|---:|---:|---:|---:|\n");
        foreach (var name in rounds.Names)
        {
            var rate = rounds.Figures(name, sample => sample.Rate);
            _text.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {rate.Median:N0} | {rate.Least:N0}–{rate.Greatest:N0} | {rounds.Figures(name, s => s.ProcessorUs).Median:F1} "
                + $"| {rounds.Figures(name, s => s.P50Ms).Median:F2} | {rounds.Figures(name, s => s.P99Ms).Median:F2} |\n");
        }
    }

    /// <summary>A table whose first column is text and the others are numbers; cells are parted by bars.</summary>
    public void Table(string title, string head, IEnumerable<string> rows)
    {
        var columns = head.Count(letter => letter == '|');
        _text.Append(
            CultureInfo.InvariantCulture, $"\n## {title}\n\n| {head} |\n|---|{string.Concat(Enumerable.Repeat("---:|", columns))}\n");
        foreach (var row in rows)
        {
            _text.Append(CultureInfo.InvariantCulture, $"| {row} |\n");
        }
    }

    public void BeginBars() =>
        _text.Append("\n| compared within a round | median | least–greatest | bar | |\n|---|---:|---:|---:|---|\n");

    public void Ratio(string what, Spread ratio) => Row(what, ratio, "", "");

    public void AtLeast(string what, Spread ratio, double bar) =>
        Row(what, ratio, string.Create(CultureInfo.InvariantCulture, $"≥ {bar:0.00}"), Verdict(ratio.Median >= bar));

    public void AtMost(string what, Spread ratio, double bar) =>
        Row(what, ratio, string.Create(CultureInfo.InvariantCulture, $"≤ {bar:0.00}"), Verdict(ratio.Median <= bar));

    public void BeginIntervals() =>
        _text.Append("\n| compared within a pair | geometric mean | 95 % interval | bar | |\n|---|---:|---:|---:|---|\n");

    /// <summary>A ratio of pairs with its interval; its bar is held against the mean.</summary>
    public void Interval(string what, Interval ratio, double? atMost = null, double? atLeast = null)
    {
        var bar = atMost is { } most ? string.Create(CultureInfo.InvariantCulture, $"≤ {most:0.00}")
            : atLeast is { } least ? string.Create(CultureInfo.InvariantCulture, $"≥ {least:0.00}") : "";
        var verdict = bar.Length == 0 ? "" : Verdict(ratio.Mean <= (atMost ?? double.MaxValue) && ratio.Mean >= (atLeast ?? 0));
        _text.Append(
            CultureInfo.InvariantCulture, $"| {what} | {ratio.Mean:F2} | {ratio.Low:F2}–{ratio.High:F2} | {bar} | {verdict} |\n");
    }

    private static string Verdict(bool reached) => reached ? "pass" : "**miss**";

    private void Row(string what, Spread ratio, string bar, string verdict) =>
        _text.Append(
            CultureInfo.InvariantCulture,
            $"| {what} | {ratio.Median:F2} | {ratio.Least:F2}–{ratio.Greatest:F2} | {bar} | {verdict} |\n");
}
