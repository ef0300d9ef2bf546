using System.Diagnostics.Metrics;

namespace Holdfast.Insight.Workload;

/// <summary>The workload's metrics, read from its counts when they are scraped: as many series as there are named namespaces, and two more.</summary>
public static class WorkloadMeter
{
    private static readonly (RequestKind Kind, string Name)[] s_kinds =
    [
        (RequestKind.Hit, "hit"), (RequestKind.Miss, "miss"), (RequestKind.Write, "write"),
        (RequestKind.Overwrite, "overwrite"), (RequestKind.SameValue, "same_value"), (RequestKind.Delete, "delete"),
    ];

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
