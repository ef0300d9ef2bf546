using System.Numerics;

namespace Holdfast.Cql.Health;

/// <summary>
/// Latencies of the last seconds in logarithmic buckets, four to an octave (a percentile is at most 19 % too high). Errors never
/// enter: a node that fails fast must not look fast.
/// </summary>
internal sealed class LatencyWindow(TimeSpan window)
{
    private const int Buckets = 88;
    private const int FirstOctave = 6; // 64 µs: anything faster is the first bucket

    private readonly Slices _slices = new(window);
    private readonly int[] _counts = new int[Slices.Count * Buckets];

    public void Add(TimeSpan latency, TimeSpan now)
    {
        int slice = _slices.At(now, out bool isNew);
        if (isNew)
        {
            Array.Clear(_counts, slice * Buckets, Buckets);
        }

        _counts[(slice * Buckets) + Bucket(latency)]++;
    }

    /// <summary>The 95th percentile of the window, rounded up to its bucket's end; null under 20 samples.</summary>
    public TimeSpan? P95(TimeSpan now)
    {
        Span<int> sum = stackalloc int[Buckets];
        sum.Clear();
        int total = 0;
        for (int slice = 0; slice < Slices.Count; slice++)
        {
            if (!_slices.Holds(slice, now))
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
