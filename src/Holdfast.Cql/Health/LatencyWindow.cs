using System.Numerics;

namespace Holdfast.Cql.Health;

/// <summary>
/// Latencies of the last seconds in logarithmic buckets, four to an octave (a percentile is at most 19 % too high), and
/// their peak-sensitive moving average. Errors never enter: a node that fails fast must not look fast.
/// </summary>
/// <remarks>
/// Peak EWMA as Finagle's load balancer has it (twitter/finagle, PeakEwma.scala): a slower sample is taken over at once,
/// faster ones decay in.
/// </remarks>
internal sealed class LatencyWindow(TimeSpan window, TimeSpan decay)
{
    private const int Slices = 10;
    private const int Buckets = 88;
    private const int FirstOctave = 6; // 64 µs: anything faster is the first bucket

    private readonly int[] _counts = new int[Slices * Buckets];
    private readonly long[] _slice = new long[Slices];
    private readonly long _sliceTicks = Math.Max(1, window.Ticks / Slices);
    private double _ewmaTicks;
    private TimeSpan _ewmaAt;

    public void Add(TimeSpan latency, TimeSpan now)
    {
        long current = now.Ticks / _sliceTicks;
        int slot = (int)(current % Slices);
        if (_slice[slot] != current)
        {
            _slice[slot] = current;
            Array.Clear(_counts, slot * Buckets, Buckets);
        }

        _counts[(slot * Buckets) + Bucket(latency)]++;
        if (latency.Ticks > _ewmaTicks)
        {
            _ewmaTicks = latency.Ticks;
        }
        else
        {
            double weight = Math.Exp(-(double)(now - _ewmaAt).Ticks / decay.Ticks);
            _ewmaTicks = (_ewmaTicks * weight) + (latency.Ticks * (1 - weight));
        }

        _ewmaAt = now;
    }

    /// <summary>The moving average; zero before the first sample. It fades without samples, or who is slow once is never tried again.</summary>
    public TimeSpan PeakEwma(TimeSpan now) =>
        TimeSpan.FromTicks((long)(_ewmaTicks * Math.Exp(-(double)(now - _ewmaAt).Ticks / decay.Ticks)));

    /// <summary>The 95th percentile of the window, rounded up to its bucket's end; null under 20 samples.</summary>
    public TimeSpan? P95(TimeSpan now)
    {
        long current = now.Ticks / _sliceTicks;
        Span<int> sum = stackalloc int[Buckets];
        sum.Clear();
        int total = 0;
        for (int slice = 0; slice < Slices; slice++)
        {
            if (current - _slice[slice] >= Slices)
            {
                continue;
            }

            for (int bucket = 0; bucket < Buckets; bucket++)
            {
                int count = _counts[(slice * Buckets) + bucket];
                sum[bucket] += count;
                total += count;
            }
        }

        if (total < 20)
        {
            return null;
        }

        int above = total / 20;
        for (int bucket = Buckets - 1; bucket >= 0; bucket--)
        {
            above -= sum[bucket];
            if (above < 0)
            {
                return UpperBound(bucket);
            }
        }

        return TimeSpan.Zero;
    }

    private static int Bucket(TimeSpan latency)
    {
        ulong microseconds = (ulong)Math.Max(1, latency.Ticks / TimeSpan.TicksPerMicrosecond);
        int octave = BitOperations.Log2(microseconds);
        if (octave < FirstOctave)
        {
            return 0;
        }

        int quarter = (int)((microseconds >> (octave - 2)) & 3);
        return Math.Min(Buckets - 1, ((octave - FirstOctave) * 4) + quarter);
    }

    private static TimeSpan UpperBound(int bucket)
    {
        int octave = FirstOctave + (bucket / 4);
        long microseconds = (1L << octave) + ((bucket % 4) + 1) * (1L << (octave - 2));
        return TimeSpan.FromMicroseconds(microseconds);
    }
}
