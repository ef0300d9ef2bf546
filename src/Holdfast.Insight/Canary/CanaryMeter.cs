using System.Diagnostics.Metrics;

namespace Holdfast.Insight.Canary;

/// <summary>The canaries' metrics. Counts are read from the board, so that a coordinator that is gone leaves them.</summary>
internal sealed class CanaryMeter
{
    /// <summary>A histogram's series cannot be taken back: coordinators after so many share one.</summary>
    private const int CoordinatorsMax = 256;

    private readonly Histogram<double>? _duration;
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    /// <param name="meters">Where metrics go; null for nowhere.</param>
    /// <param name="board">What became of the canaries.</param>
    /// <param name="interval">How often a round is to begin.</param>
    /// <param name="age">How long ago the last one ended.</param>
    public CanaryMeter(IMeterFactory? meters, CanaryBoard board, TimeSpan interval, Func<TimeSpan> age)
    {
        if (meters?.Create(InsightMeter.Name) is not { } meter)
        {
            return;
        }

        _ = meter.CreateObservableCounter(
            "holdfast_canary_runs",
            () => board.Read().Select(at => new Measurement<long>(
                at.Runs,
                new("coordinator", at.Coordinator),
                new("result", at.Step == CanaryStep.None ? "ok" : "failed"),
                new("step", NameOf(at.Step)))),
            "{run}",
            "Canaries through each coordinator by result, and the step that failed");
        _ = meter.CreateObservableGauge(
            "holdfast_canary_age_seconds", () => age().TotalSeconds, "s", "How long ago the last round of canaries ended, whatever came of it");
        _ = meter.CreateObservableGauge(
            "holdfast_canary_interval_seconds", () => interval.TotalSeconds, "s", "How often a round of canaries is to begin");
        _duration = meter.CreateHistogram(
            "holdfast_canary_duration_seconds", "s", "Duration of a canary that succeeded: write, read back and delete",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5] });
    }

    public static string NameOf(CanaryStep step) => step switch
    {
        CanaryStep.None => "none",
        CanaryStep.Write => "write",
        CanaryStep.Read => "read",
        CanaryStep.Compare => "compare",
        _ => "delete",
    };

    /// <summary>One canary succeeded. Called by one thread at a time.</summary>
    public void Succeeded(string coordinator, TimeSpan took)
    {
        bool named = _named.Contains(coordinator) || (_named.Count < CoordinatorsMax && _named.Add(coordinator));
        _duration?.Record(took.TotalSeconds, new KeyValuePair<string, object?>("coordinator", named ? coordinator : "other"));
    }
}
