using Holdfast.Sessions.Counting;

namespace Holdfast.Telemetry.Durations;

/// <summary>
/// How often and how long, for a fixed number of series, counted in cells of the processor's own. A histogram of OpenTelemetry's is a
/// handful of memory lines that every processor writes for every request; here nobody writes another one's lines, and what has
/// gathered is handed to the histograms once a second or when they are scraped. docs/decisions/0118-requests-are-tallied-by-processor.md.
/// </summary>
internal sealed class DurationTally
{
    private readonly int _series;
    private readonly long[] _bounds; // ticks
    private readonly Cell[][] _stripes;
    private readonly Cell[] _handed;
    private readonly Lock _handing = new();

    /// <param name="series">Number of series.</param>
    /// <param name="bounds">Upper bounds of the buckets, ascending; inclusive, as Prometheus has them. One more bucket takes what is longer.</param>
    public DurationTally(int series, IReadOnlyList<double> bounds)
    {
        _series = series;
        _bounds = [.. bounds.Select(seconds => TimeSpan.FromSeconds(seconds).Ticks)];
        _stripes = [.. Enumerable.Range(0, ProcessorStripe.Count).Select(_ => new Cell[series * (_bounds.Length + 1)])];
        _handed = new Cell[series * (_bounds.Length + 1)];
    }

    /// <summary>One more. Thread-safe, without a lock or an allocation.</summary>
    public void Add(int series, TimeSpan duration)
    {
        var cells = _stripes[ProcessorStripe.Current];
        ref var cell = ref cells[(series * (_bounds.Length + 1)) + BucketOf(duration.Ticks)];

        // The count last: whoever reads it before the sum misses nothing that it counts.
        Interlocked.Add(ref cell.Ticks, duration.Ticks);
        Interlocked.Increment(ref cell.Count);
    }

    /// <summary>All of a series so far, in buckets that some of the tally's bounds end.</summary>
    /// <param name="series">Which.</param>
    /// <param name="ends">For each bucket but the last one, which of the tally's bounds ends it, ascending.</param>
    public (long[] Counts, TimeSpan Sum) Read(int series, IReadOnlyList<int> ends)
    {
        var counts = new long[ends.Count + 1];
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            counts[bucket] = Sum(
                series, bucket == 0 ? 0 : ends[bucket - 1] + 1, bucket < ends.Count ? ends[bucket] + 1 : _bounds.Length + 1);
        }

        long ticks = 0;
        foreach (var cells in _stripes)
        {
            for (var bucket = 0; bucket <= _bounds.Length; bucket++)
            {
                ticks += Volatile.Read(ref cells[(series * (_bounds.Length + 1)) + bucket].Ticks);
            }
        }

        return (counts, TimeSpan.FromTicks(ticks));
    }

    /// <summary>How many of a series so far.</summary>
    public long Count(int series) => Sum(series, 0, _bounds.Length + 1);

    /// <summary>
    /// How many of a series so far took no longer than one of the bounds, and how many took longer. Neither ever decreases: each is a sum of
    /// cells of its own.
    /// </summary>
    /// <exception cref="ArgumentException">The bound is none of the tally's.</exception>
    public (long UpTo, long Longer) CountAround(int series, TimeSpan bound)
    {
        var index = Array.IndexOf(_bounds, bound.Ticks);
        return index >= 0
            ? (Sum(series, 0, index + 1), Sum(series, index + 1, _bounds.Length + 1))
            : throw new ArgumentException("No bucket ends there.", nameof(bound));
    }

    /// <summary>
    /// Hands over what has been added since the last time: for each bucket with something in it how many, and their mean, which lies in
    /// the same bucket. Counts, buckets and sums of whoever records it so often are those of the durations themselves.
    /// </summary>
    public void Hand(Action<int, TimeSpan, long> record)
    {
        lock (_handing)
        {
            for (var at = 0; at < _handed.Length; at++)
            {
                long count = 0;
                long ticks = 0;
                foreach (var cells in _stripes)
                {
                    count += Volatile.Read(ref cells[at].Count);
                    ticks += Volatile.Read(ref cells[at].Ticks);
                }

                ref var handed = ref _handed[at];
                if (count == handed.Count)
                {
                    continue;
                }

                // The sum may be ahead by what is being added just now: it stays in the bucket, and the next time makes up for it.
                var bucket = at % (_bounds.Length + 1);
                var mean = Math.Max((ticks - handed.Ticks) / (count - handed.Count), bucket == 0 ? 0 : _bounds[bucket - 1] + 1);
                mean = bucket < _bounds.Length ? Math.Min(mean, _bounds[bucket]) : mean;
                record(at / (_bounds.Length + 1), TimeSpan.FromTicks(mean), count - handed.Count);
                handed.Ticks += mean * (count - handed.Count);
                handed.Count = count;
            }
        }
    }

    private int BucketOf(long ticks)
    {
        var bucket = 0;
        while (bucket < _bounds.Length && ticks > _bounds[bucket])
        {
            bucket++;
        }

        return bucket;
    }

    private long Sum(int series, int first, int end)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(series, _series);
        long sum = 0;
        foreach (var cells in _stripes)
        {
            for (var bucket = first; bucket < end; bucket++)
            {
                sum += Volatile.Read(ref cells[(series * (_bounds.Length + 1)) + bucket].Count);
            }
        }

        return sum;
    }

    private struct Cell
    {
        public long Count;
        public long Ticks;
    }
}
