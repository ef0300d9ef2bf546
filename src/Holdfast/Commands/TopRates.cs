using Holdfast.Insight.Workload;

namespace Holdfast.Commands;

/// <summary>What <c>holdfast top</c> sorts namespaces by.</summary>
internal enum TopOrder
{
    Writes,
    Overwrites,
    Same,
    Bytes,
    Reads,
    Name,
}

/// <summary>One namespace's requests each second between two reports, and shares of them.</summary>
internal sealed record TopRates(
    string Namespace,
    double Reads,
    double? HitShare,
    double Writes,
    double? OverwriteShare,
    double? SameValueShare,
    double Deletes,
    double BytesRead,
    double BytesWritten,
    long? MedianValueBytes,
    long? MedianTtlSeconds,
    bool HasTtl,
    QuotaReport? Quota)
{
    /// <summary>Between two reports of one process; since it began, when the one before is of another, or there is none.</summary>
    public static IReadOnlyList<TopRates> Between(WorkloadReport? before, WorkloadReport after, TopOrder order)
    {
        var earlier = before?.Since == after.Since ? before : null;
        var known = earlier?.Namespaces.ToDictionary(space => space.Namespace, StringComparer.Ordinal) ?? [];
        var seconds = Math.Max(0.001, after.Seconds - (earlier?.Seconds ?? 0));
        var rates = after.Namespaces.Select(space => Of(known.GetValueOrDefault(space.Namespace), space, seconds));
        return order switch
        {
            TopOrder.Name => [.. rates.OrderBy(rate => rate.Namespace, StringComparer.Ordinal)],
            TopOrder.Reads => [.. rates.OrderByDescending(rate => rate.Reads)],
            TopOrder.Overwrites => [.. rates.OrderByDescending(rate => rate.Writes * (rate.OverwriteShare ?? 0))],
            TopOrder.Same => [.. rates.OrderByDescending(rate => rate.Writes * (rate.SameValueShare ?? 0))],
            TopOrder.Bytes => [.. rates.OrderByDescending(rate => rate.BytesWritten)],
            _ => [.. rates.OrderByDescending(rate => rate.Writes)],
        };
    }

    private static TopRates Of(NamespaceReport? before, NamespaceReport after, double seconds)
    {
        var hits = after.Hits - (before?.Hits ?? 0);
        var reads = hits + after.Misses - (before?.Misses ?? 0);
        var other = after.Overwrites - (before?.Overwrites ?? 0);
        var same = after.SameValue - (before?.SameValue ?? 0);
        var writes = after.Writes - (before?.Writes ?? 0) + other + same;
        var (ttl, hasTtl) = Median(after.TtlSeconds);
        return new TopRates(
            after.Namespace,
            reads / seconds,
            Share(hits, reads),
            writes / seconds,
            Share(other + same, writes),
            Share(same, writes),
            (after.Deletes - (before?.Deletes ?? 0)) / seconds,
            (after.BytesRead - (before?.BytesRead ?? 0)) / seconds,
            (after.BytesWritten - (before?.BytesWritten ?? 0)) / seconds,
            Median(after.ValueBytes).Below,
            ttl,
            hasTtl,
            after.Quota);
    }

    private static double? Share(long part, long whole) => whole > 0 ? (double)part / whole : null;

    /// <summary>The power of two that half of all amounts are below; without one when that half has no bound.</summary>
    private static (long? Below, bool IsKnown) Median(IReadOnlyList<BucketReport> buckets)
    {
        var half = buckets.Sum(bucket => bucket.Count) / 2.0;
        foreach (var bucket in buckets)
        {
            half -= bucket.Count;
            if (half <= 0)
            {
                return (bucket.Below, true);
            }
        }

        return (null, false);
    }
}
