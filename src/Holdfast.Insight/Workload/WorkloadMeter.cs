using System.Diagnostics.Metrics;
using System.Globalization;

namespace Holdfast.Insight.Workload;

/// <summary>The workload's metrics, read from its counts when they are scraped: as many series as there are named namespaces, and two more.</summary>
public static class WorkloadMeter
{
    private static readonly (RequestKind Kind, string Name)[] s_kinds =
    [
        (RequestKind.Hit, "hit"), (RequestKind.Miss, "miss"), (RequestKind.Write, "write"),
        (RequestKind.Overwrite, "overwrite"), (RequestKind.SameValue, "same_value"), (RequestKind.Delete, "delete"),
    ];

    /// <summary>Bounds of the values' sizes and lives that metrics tell, as powers of two: 256 B to 1 MiB, and a minute to 48 days.</summary>
    private static readonly int[] s_sizes = [8, 10, 12, 14, 16, 18, 20];

    private static readonly int[] s_lives = [6, 10, 12, 14, 17, 20, 22];

    /// <summary>Registers the metrics.</summary>
    public static void Register(IMeterFactory? meters, WorkloadRecorder recorder)
    {
        if (meters?.Create(InsightMeter.Name) is not { } meter)
        {
            return;
        }

        _ = meter.CreateObservableCounter(
            "holdfast_namespace_requests",
            () => from space in recorder.Spaces.All
                  from kind in s_kinds
                  select new Measurement<long>(space.Read(kind.Kind), new("namespace", space.Name), new("kind", kind.Name)),
            "{request}",
            "Requests by namespace and what came of them; a write is a write, an overwrite, or one with the same value");
        _ = meter.CreateObservableCounter(
            "holdfast_namespace_bytes",
            () => from space in recorder.Spaces.All
                  from written in (bool[])[false, true]
                  select new Measurement<long>(
                      space.ReadBytes(written), new("namespace", space.Name), new("direction", written ? "written" : "read")),
            "By",
            "Bytes of values by namespace");
        _ = meter.CreateObservableCounter(
            "holdfast_namespace_values", () => recorder.Spaces.All.SelectMany(space => Below(space.Name, space.ValueBytes, s_sizes)), "{value}",
            "Values written by namespace that have less than `le` bytes: a histogram's buckets");
        _ = meter.CreateObservableCounter(
            "holdfast_namespace_ttls", () => recorder.Spaces.All.SelectMany(space => Below(space.Name, space.TtlSeconds, s_lives)), "{value}",
            "Values written by namespace that live for less than `le` seconds: a histogram's buckets; what never expires is in +Inf alone");
        _ = meter.CreateObservableCounter(
            "holdfast_quota_exceeded", () => recorder.Spaces.All.SelectMany(Exceeded), "{second}",
            "Seconds in which a namespace was asked to take more than its quota");
        _ = meter.CreateObservableCounter(
            "holdfast_quota_rejected",
            () => from space in recorder.Spaces.All
                  let quota = space.Quota
                  where quota is not null
                  select new Measurement<long>(quota.Read().Rejected, new KeyValuePair<string, object?>("namespace", space.Name)),
            "{request}",
            "Writes answered 429 because their key is rewritten too often and the namespace's quota is enforced");
    }

    /// <summary>Each bucket holds those before it, as Prometheus has it; the last one holds all.</summary>
    private static IEnumerable<Measurement<long>> Below(string space, Log2Histogram histogram, int[] bounds)
    {
        long[] counts = histogram.Read();
        foreach (int bits in bounds)
        {
            yield return Bucket((1L << bits).ToString(CultureInfo.InvariantCulture), counts[..(bits + 1)].Sum());
        }

        yield return Bucket("+Inf", counts.Sum());

        Measurement<long> Bucket(string bound, long count) => new(count, new("namespace", space), new("le", bound));
    }

    private static IEnumerable<Measurement<long>> Exceeded(NamespaceCounts space)
    {
        if (space.Quota is { Limit: var limit } quota)
        {
            Quota.QuotaCounts counts = quota.Read();
            if (limit.WritesPerSecond > 0)
            {
                yield return new(counts.SecondsOverWrites, new("namespace", space.Name), new("limit", "writes"));
            }

            if (limit.BytesPerSecond > 0)
            {
                yield return new(counts.SecondsOverBytes, new("namespace", space.Name), new("limit", "bytes"));
            }
        }
    }
}
