using System.Globalization;
using Holdfast.Insight.Workload;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Holdfast.Commands;

/// <summary>What <c>holdfast top</c> shows: the namespaces, the keys that are rewritten most and the largest, as tables.</summary>
internal static class TopView
{
    /// <summary>What a column takes beside its text.</summary>
    private const int Padding = 3;

    private static readonly (string Unit, double Size)[] s_bytes = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    private static readonly (string Unit, int Seconds)[] s_times = [("d", 86_400), ("h", 3_600), ("min", 60)];

    /// <param name="before">The report before; null when rates are to be since the process began.</param>
    /// <param name="after">The report.</param>
    /// <param name="order">Of the namespaces.</param>
    /// <param name="width">Of the screen, in characters: on a narrow one some columns are left out.</param>
    /// <param name="rows">Namespaces at most.</param>
    public static IRenderable Of(WorkloadReport? before, WorkloadReport after, TopOrder order, int width, int rows)
    {
        var rates = TopRates.Between(before, after, order);
        List<IRenderable> parts =
        [
            new Text(Invariant($"counted since {after.Since:yyyy-MM-dd HH:mm:ss'Z'}; quotas {(after.QuotaEnforced ? "are enforced" : "only count")}")),
            Namespaces([.. rates.Take(rows)], width),
        ];
        if (rates.Count > rows)
        {
            parts.Add(new Text(Invariant($"and {rates.Count - rows} more")));
        }

        if (after.Rewritten.Count > 0)
        {
            parts.Add(Rewritten(after.Rewritten.Take(10), NameLength(width)));
        }

        if (after.Largest.Count > 0)
        {
            parts.Add(Largest(after.Largest.Take(5), NameLength(width)));
        }

        return new Rows(parts);
    }

    /// <summary>Columns in the order of the table; on a narrow screen those of the highest rank are left out first.</summary>
    private static Table Namespaces(IReadOnlyList<TopRates> rates, int width)
    {
        List<(string Title, Func<TopRates, string> Show, int Rank)> columns =
        [
            ("reads/s", rate => Rate(rate.Reads), 5),
            ("found", rate => Share(rate.HitShare), 6),
            ("writes/s", rate => Rate(rate.Writes), 0),
            ("overwrites", rate => Share(rate.OverwriteShare), 4),
            ("same value", rate => Share(rate.SameValueShare), 1),
            ("deletes/s", rate => Rate(rate.Deletes), 7),
            ("read/s", rate => Bytes(rate.BytesRead), 9),
            ("written/s", rate => Bytes(rate.BytesWritten), 3),
            ("half below", rate => rate.MedianValueBytes is { } bytes ? Bytes(bytes) : "", 8),
            ("half live", rate => !rate.HasTtl ? "" : rate.MedianTtlSeconds is { } seconds ? $"< {Time(seconds)}" : "for ever", 10),
            ("over quota", Over, 2),
        ];
        var nameLength = NameLength(width);
        var room = width - Padding - Widest("namespace", rates.Select(rate => Cut(rate.Namespace, nameLength)));
        HashSet<string> fitting = [];
        foreach (var (title, show, _) in columns.OrderBy(column => column.Rank))
        {
            room -= Widest(title, rates.Select(show));
            if (room < 0)
            {
                break;
            }

            fitting.Add(title);
        }

        columns.RemoveAll(column => !fitting.Contains(column.Title));
        var table = Plain("namespace");
        foreach (var (title, _, _) in columns)
        {
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        }

        foreach (var rate in rates)
        {
            table.AddRow([
                new Text(Cut(rate.Namespace, nameLength)),
                .. columns.Select(column => new Text(column.Show(rate), Colour(rate, column.Title))),
            ]);
        }

        return table;
    }

    private static int NameLength(int width) => Math.Clamp(width / 3, 16, WorkloadOptions.NameBytesMax);

    private static int Widest(string title, IEnumerable<string> cells) => cells.Append(title).Max(cell => cell.Length) + Padding;

    private static string Cut(string name, int length) => name.Length <= length ? name : name[..(length - 1)] + "…";

    private static Table Rewritten(IEnumerable<RewrittenReport> keys, int nameLength)
    {
        var table = Plain("rewritten most", "namespace", "times/s", "same value", "bytes");
        foreach (var key in keys)
        {
            table.AddRow(
                new Text(key.Key), new Text(Cut(key.Namespace, nameLength)), new Text(Invariant($"{key.AtLeastPerSecond:0.0}")),
                new Text(Share(key.SameValueShare)), new Text(Bytes(key.Bytes)));
        }

        return table;
    }

    private static Table Largest(IEnumerable<LargestReport> keys, int nameLength)
    {
        var table = Plain("largest", "namespace", "bytes");
        foreach (var key in keys)
        {
            table.AddRow(new Text(key.Key), new Text(Cut(key.Namespace, nameLength)), new Text(Bytes(key.Bytes)));
        }

        return table;
    }

    private static Table Plain(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple).BorderColor(Color.Grey);
        foreach (var title in columns)
        {
            table.AddColumn(new TableColumn(title).NoWrap());
        }

        return table;
    }

    private static string Over(TopRates rate) => rate.Quota is not { } quota ? ""
        : Invariant($"{Math.Max(quota.SecondsOverWrites, quota.SecondsOverBytes)} s")
            + (quota.Rejected > 0 ? Invariant($", {quota.Rejected} refused") : "");

    private static Style Colour(TopRates rate, string title) => title switch
    {
        "same value" when rate.SameValueShare > 0.5 => new Style(Color.Yellow),
        "over quota" when rate.Quota is { SecondsOverWrites: > 0 } or { SecondsOverBytes: > 0 } => new Style(Color.Red),
        _ => Style.Plain,
    };

    private static string Rate(double perSecond) => Invariant(perSecond is > 0 and < 10 ? $"{perSecond:0.0}" : (FormattableString)$"{perSecond:0}");

    private static string Share(double? share) => share is { } known ? Invariant($"{known * 100:0} %") : "";

    private static string Bytes(double bytes)
    {
        foreach (var (unit, size) in s_bytes)
        {
            if (bytes >= size)
            {
                var amount = bytes / size;
                return Invariant(amount < 10 && amount != Math.Floor(amount) ? $"{amount:0.0} {unit}" : (FormattableString)$"{amount:0} {unit}");
            }
        }

        return Invariant($"{bytes:0} B");
    }

    private static string Time(long seconds)
    {
        foreach (var (unit, size) in s_times)
        {
            if (seconds >= size)
            {
                return Invariant($"{(double)seconds / size:0.#} {unit}");
            }
        }

        return Invariant($"{seconds} s");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
