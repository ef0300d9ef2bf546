using System.Globalization;

namespace Holdfast.Events;

/// <summary>One file of the log.</summary>
/// <param name="Number">Counts up.</param>
/// <param name="Bytes">Its length.</param>
internal readonly record struct Segment(long Number, long Bytes)
{
    private const string Before = "events-";
    private const string After = ".jsonl";

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Before}{Number:D10}{After}");

    /// <summary>The number of a file of the log; null for any other file.</summary>
    public static long? NumberOf(string name) =>
        name.Length == Before.Length + 10 + After.Length
        && name.StartsWith(Before, StringComparison.Ordinal) && name.EndsWith(After, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Before.Length, 10), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}

/// <summary>When a new file is begun, and which old ones go: all files together never hold more than the bound.</summary>
internal static class SegmentRules
{
    /// <summary>The smallest bound: sixteen files that each hold some hundred events.</summary>
    public const long TotalBytesMin = 1L << 20;

    /// <summary>What is written at once.</summary>
    public const int BatchBytesMax = 32 * 1024;

    private const long SegmentBytesMax = 4L << 20;

    /// <summary>A sixteenth of the bound at most: what is deleted at once.</summary>
    public static bool NeedsNew(Segment newest, int bytes, long totalBytesMax) =>
        newest.Bytes > 0 && newest.Bytes + bytes > Math.Min(totalBytesMax / 16, SegmentBytesMax);

    /// <summary>How many of the oldest files go before <paramref name="bytes"/> more are written; never the newest.</summary>
    public static int Surplus(IReadOnlyList<Segment> oldestFirst, int bytes, long totalBytesMax)
    {
        var total = oldestFirst.Sum(segment => segment.Bytes) + bytes;
        var surplus = 0;
        while (total > totalBytesMax && surplus < oldestFirst.Count - 1)
        {
            total -= oldestFirst[surplus++].Bytes;
        }

        return surplus;
    }
}
