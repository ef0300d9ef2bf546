using System.Diagnostics;
using System.Diagnostics.Metrics;
using Holdfast.Cql.Core;

namespace Holdfast.Cql.Telemetry;

/// <summary>
/// How long requests took, by statement and outcome. Under the lock a request is added to its bucket and no more; once a second, and
/// before a scrape, the histogram gets each bucket's mean as often as there were requests, after the lock is released: its counts,
/// buckets and sum are then those of the requests. Recording each one under the lock cost a tenth of a request's processor time.
/// </summary>
internal sealed class OperationLatency(CoreLock core, IReadOnlyList<CqlStatement> statements)
{
    private static readonly double[] s_bounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
    private static readonly long[] s_ticks = [.. s_bounds.Select(seconds => TimeSpan.FromSeconds(seconds).Ticks)];
    private static readonly int s_outcomes = Enum.GetValues<CqlOutcome>().Length;

    private readonly (long Count, long Ticks)[] _cells = new (long, long)[statements.Count * s_outcomes * (s_bounds.Length + 1)];
    private Histogram<double>? _histogram;

    /// <summary>Creates the instrument; before that, nothing is kept.</summary>
    public void Register(Meter meter) => _histogram = meter.CreateHistogram(
        "db.client.operation.duration", "s", "Duration of a request, all attempts together", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = s_bounds });

    /// <summary>A request has ended. Under the lock.</summary>
    public void Add(int statement, CqlOutcome outcome, TimeSpan took)
    {
        if (_histogram is null)
        {
            return;
        }

        int bucket = 0;
        while (bucket < s_ticks.Length && took.Ticks > s_ticks[bucket])
        {
            bucket++;
        }

        ref (long Count, long Ticks) cell = ref _cells[(((statement * s_outcomes) + (int)outcome) * (s_bounds.Length + 1)) + bucket];
        cell.Count++;
        cell.Ticks += took.Ticks;
    }

    /// <summary>Hands over what has been added, once the lock is released. Under the lock.</summary>
    public void HandLater()
    {
        if (_histogram is not null && Take() is { Count: > 0 } taken)
        {
            core.Defer(new DeferredCall(() => Record(taken)));
        }
    }

    /// <summary>Hands over what has been added. Not under the lock.</summary>
    public void Hand()
    {
        core.Enter();
        List<(int Cell, long Count, long Ticks)> taken;
        try
        {
            taken = Take();
        }
        finally
        {
            core.Exit();
        }

        Record(taken);
    }

    private List<(int Cell, long Count, long Ticks)> Take()
    {
        List<(int, long, long)> taken = [];
        for (int at = 0; at < _cells.Length; at++)
        {
            if (_cells[at].Count > 0)
            {
                taken.Add((at, _cells[at].Count, _cells[at].Ticks));
                _cells[at] = default;
            }
        }

        return taken;
    }

    private void Record(List<(int Cell, long Count, long Ticks)> taken)
    {
        foreach ((int cell, long count, long ticks) in taken)
        {
            (int statement, int outcome) = Math.DivRem(cell / (s_bounds.Length + 1), s_outcomes);
            TagList tags = statements[statement].Attributes.Of((CqlOutcome)outcome);
            double mean = TimeSpan.FromTicks(ticks / count).TotalSeconds;
            for (long i = 0; i < count; i++)
            {
                _histogram!.Record(mean, tags);
            }
        }
    }
}
