using System.Diagnostics.Metrics;

namespace Holdfast.Cql.Telemetry;

/// <summary>How long rounds of probes take. A histogram's series cannot be taken back: coordinators after so many share one.</summary>
internal sealed class ProbeLatency(Meter meter)
{
    /// <summary>Coordinators with a series of their own, those that have left included.</summary>
    public const int CoordinatorsMax = 256;

    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly Histogram<double> _duration = meter.CreateHistogram(
        "holdfast_coordinator_probe_duration", "s", "Duration of a round of quorum probes", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1] });

    /// <summary>Under the core's lock.</summary>
    public void Record(string coordinator, TimeSpan took)
    {
        bool isNamed = _named.Contains(coordinator) || (_named.Count < CoordinatorsMax && _named.Add(coordinator));
        _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("coordinator", isNamed ? coordinator : "other"));
    }
}
