using System.Globalization;
using Holdfast.Insight.Quota;

namespace Holdfast.Insight.Workload;

/// <summary>What was counted since this instance began, for whoever asks; counts only grow, so that two reports tell rates.</summary>
/// <param name="Since">When counting began.</param>
/// <param name="Seconds">How long ago that is.</param>
/// <param name="QuotaEnforced">Whether writes beyond a limit are refused to the keys that are rewritten most.</param>
/// <param name="Namespaces">In the order of their names; keys without a namespace (<c>none</c>) and namespaces without a name (<c>other</c>) last.</param>
/// <param name="Rewritten">The keys that are rewritten most now.</param>
/// <param name="Largest">The keys with the largest values.</param>
public sealed record WorkloadReport(
    DateTimeOffset Since,
    double Seconds,
    bool QuotaEnforced,
    IReadOnlyList<NamespaceReport> Namespaces,
    IReadOnlyList<RewrittenReport> Rewritten,
    IReadOnlyList<LargestReport> Largest)
{
    private const int RewrittenShown = 20;

    internal static WorkloadReport Of(WorkloadRecorder recorder, DateTimeOffset since, TimeSpan now) => new(
        since,
        now.TotalSeconds,
        recorder.Enforces,
        [.. recorder.Spaces.All.Select(NamespaceReport.Of)],
        [.. recorder.Rewritten(RewrittenShown, now).Where(key => key.AtLeastPerSecond >= 0.01).Select(RewrittenReport.Of)],
        [.. recorder.Largest.Read(now).Select(value => new LargestReport(RewrittenReport.Shown(value.Key), value.Space.Name, value.Bytes))]);
}

/// <summary>What was counted of one namespace.</summary>
/// <param name="Namespace">Its name.</param>
/// <param name="Hits">Reads that found a value.</param>
/// <param name="Misses">Reads that found none.</param>
/// <param name="Writes">Writes of keys that were not known to be there.</param>
/// <param name="Overwrites">Writes of keys that were there with another value.</param>
/// <param name="SameValue">Writes of keys that were there with the same value.</param>
/// <param name="Deletes">Deletes.</param>
/// <param name="BytesRead">Of the values that were found.</param>
/// <param name="BytesWritten">Of the values that were written.</param>
/// <param name="ValueBytes">Sizes of the values that were written.</param>
/// <param name="TtlSeconds">Their lives.</param>
/// <param name="Quota">Its limits; null without.</param>
public sealed record NamespaceReport(
    string Namespace,
    long Hits,
    long Misses,
    long Writes,
    long Overwrites,
    long SameValue,
    long Deletes,
    long BytesRead,
    long BytesWritten,
    IReadOnlyList<BucketReport> ValueBytes,
    IReadOnlyList<BucketReport> TtlSeconds,
    QuotaReport? Quota)
{
    internal static NamespaceReport Of(NamespaceCounts counts) => new(
        counts.Name,
        counts.Read(RequestKind.Hit),
        counts.Read(RequestKind.Miss),
        counts.Read(RequestKind.Write),
        counts.Read(RequestKind.Overwrite),
        counts.Read(RequestKind.SameValue),
        counts.Read(RequestKind.Delete),
        counts.ReadBytes(written: false),
        counts.ReadBytes(written: true),
        BucketReport.Of(counts.ValueBytes),
        BucketReport.Of(counts.TtlSeconds),
        counts.Quota is { } quota ? QuotaReport.Of(quota) : null);
}

/// <summary>How many amounts were below a bound and not below half of it.</summary>
/// <param name="Below">A power of two; null for what has no bound, such as a value that never expires.</param>
/// <param name="Count">How many.</param>
public sealed record BucketReport(long? Below, long Count)
{
    internal static IReadOnlyList<BucketReport> Of(Log2Histogram histogram) =>
    [
        .. histogram.Read()
            .Select((count, bits) => new BucketReport(bits == Log2Histogram.Buckets - 1 ? null : 1L << bits, count))
            .Where(bucket => bucket.Count > 0),
    ];
}

/// <summary>A namespace's limits, and what came of them.</summary>
/// <param name="WritesPerSecond">Zero for no limit.</param>
/// <param name="BytesPerSecond">Zero for no limit.</param>
/// <param name="SecondsOverWrites">Seconds in which more writes were asked for.</param>
/// <param name="SecondsOverBytes">Seconds in which more bytes were asked to be written.</param>
/// <param name="Rejected">Writes that were refused.</param>
public sealed record QuotaReport(long WritesPerSecond, long BytesPerSecond, long SecondsOverWrites, long SecondsOverBytes, long Rejected)
{
    internal static QuotaReport Of(QuotaWindow quota)
    {
        QuotaCounts counts = quota.Read();
        return new(quota.Limit.WritesPerSecond, quota.Limit.BytesPerSecond, counts.SecondsOverWrites, counts.SecondsOverBytes, counts.Rejected);
    }
}

/// <summary>A key that is rewritten often, as a keyed hash: the same for as long as the process lives, and of no use to find the key.</summary>
/// <param name="Key">The keyed hash.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="PerSecond">Rewrites each second, of the last half minute mostly; at most so many.</param>
/// <param name="AtLeastPerSecond">At least so many.</param>
/// <param name="SameValueShare">The share of them that wrote what was there.</param>
/// <param name="Bytes">The last value's size.</param>
public sealed record RewrittenReport(string Key, string Namespace, double PerSecond, double AtLeastPerSecond, double SameValueShare, long Bytes)
{
    internal static RewrittenReport Of(RewrittenKey key) =>
        new(Shown(key.Key), key.Space.Name, Round(key.PerSecond), Round(key.AtLeastPerSecond), Round(key.SameValueShare), key.Bytes);

    internal static string Shown(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);

    private static double Round(double value) => Math.Round(value, 3);
}

/// <summary>A key with a large value, as a keyed hash.</summary>
/// <param name="Key">The keyed hash.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Bytes">The value's size.</param>
public sealed record LargestReport(string Key, string Namespace, long Bytes);
