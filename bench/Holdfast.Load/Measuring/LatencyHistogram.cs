using System.Numerics;

namespace Holdfast.Load.Measuring;

/// <summary>Latencies in nanoseconds, in buckets at most 1.6 % wide; recording allocates nothing.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubCount = 1 << SubBits;

    private readonly long[] _buckets = new long[(64 - SubBits) * SubCount];

    public long Count { get; private set; }

    public long MaxNs { get; private set; }

    public void Record(long nanoseconds)
    {
        var value = Math.Max(nanoseconds, 0);
        _buckets[IndexOf(value)]++;
        Count++;
        MaxNs = Math.Max(MaxNs, value);
    }

    /// <summary>The latency that the given part of all requests did not exceed, in milliseconds.</summary>
    public double PercentileMs(double percent)
    {
        var rank = (long)Math.Ceiling(Count * percent / 100);
        long seen = 0;
        for (var i = 0; i < _buckets.Length; i++)
        {
            seen += _buckets[i];
            if (seen >= rank && seen > 0)
            {
                return Math.Min(UpperBound(i), MaxNs) / 1e6;
            }
        }

        return 0;
    }

    private static int IndexOf(long value)
    {
        if (value < SubCount)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) * SubCount) + (int)((value >> shift) - SubCount);
    }

    private static long UpperBound(int index)
    {
        if (index < SubCount)
        {
            return index;
        }

        var shift = (index / SubCount) - 1;
        return ((SubCount + (index % SubCount) + 1L) << shift) - 1;
    }
}
