using System.Diagnostics;
using System.Diagnostics.Metrics;
using Holdfast.Cql.Core;

namespace Holdfast.Cql.Telemetry;

/// <summary>
/// How long requests took, by statement and outcome. Under the lock a request is added to its bucket and no more. Whoever listens to the
/// histogram gets, once a second and before a scrape, each bucket's mean as often as there were requests, after the lock is released: its
/// counts, buckets and sum are then those of the requests. Recording each one under the lock cost a tenth of a request's processor time.
/// </summary>
internal sealed class OperationLatency(CoreLock core, IReadOnlyList<CqlStatement> statements)
{
    private static readonly long[] s_ticks = [.. CqlDurations.Bounds.Select(seconds => TimeSpan.FromSeconds(seconds).Ticks)];
    private static readonly int s_buckets = s_ticks.Length + 1;
    private static readonly int s_outcomes = Enum.GetValues<CqlOutcome>().Length;

    private readonly (long Count, long Ticks)[] _cells = new (long, long)[statements.Count * s_outcomes * s_buckets];
    private readonly (long Count, long Ticks)[] _handed = new (long, long)[statements.Count * s_outcomes * s_buckets];
    private Histogram<double>? _histogram;

    /// <summary>Creates the instrument; before that, nothing is kept.</summary>
    public void Register(Meter meter) => _histogram = meter.CreateHistogram(
        CqlDurations.Name, "s", CqlDurations.Help, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = CqlDurations.Bounds });

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

        ref (long Count, long Ticks) cell = ref _cells[(((statement * s_outcomes) + (int)outcome) * s_buckets) + bucket];
        cell.Count++;
        cell.Ticks += took.Ticks;
    }

    /// <summary>Hands over what has been added, once the lock is released. Under the lock.</summary>
    public void HandLater()
    {
        if (Take() is { Count: > 0 } taken)
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

    /// <summary>All that has been added so far; statements with the same attributes are one. Under the lock.</summary>
    public IReadOnlyList<CqlDurationSeries> Read() =>
    [
        .. from at in Enumerable.Range(0, statements.Count * s_outcomes)
           let cells = _cells[(at * s_buckets)..((at + 1) * s_buckets)]
           where cells.Any(cell => cell.Count > 0)
           let attributes = statements[at / s_outcomes].Attributes
           group (attributes, cells) by (attributes.Operation, attributes.Consistency, Outcome: (CqlOutcome)(at % s_outcomes)) into same
           select new CqlDurationSeries(
               [.. same.First().attributes.Of(same.Key.Outcome)],
               [.. Enumerable.Range(0, s_buckets).Select(bucket => same.Sum(one => one.cells[bucket].Count))],
               TimeSpan.FromTicks(same.Sum(one => one.cells.Sum(cell => cell.Ticks)))),
    ];

    /// <summary>What has been added since the last time; nothing while nobody listens: a late listener gets what comes from then on.</summary>
    private List<(int Cell, long Count, long Ticks)> Take()
    {
        List<(int, long, long)> taken = [];
        for (int at = 0; _histogram is { Enabled: true } && at < _cells.Length; at++)
        {
            if (_cells[at].Count > _handed[at].Count)
            {
                taken.Add((at, _cells[at].Count - _handed[at].Count, _cells[at].Ticks - _handed[at].Ticks));
            }
        }

        _cells.CopyTo(_handed, 0);
        return taken;
    }

    private void Record(List<(int Cell, long Count, long Ticks)> taken)
    {
        foreach ((int cell, long count, long ticks) in taken)
        {
            (int statement, int outcome) = Math.DivRem(cell / s_buckets, s_outcomes);
            TagList tags = statements[statement].Attributes.Of((CqlOutcome)outcome);
            double mean = TimeSpan.FromTicks(ticks / count).TotalSeconds;
            for (long i = 0; i < count; i++)
            {
                _histogram!.Record(mean, tags);
            }
        }
    }
}
