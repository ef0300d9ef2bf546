using System.Numerics;

namespace Holdfast.Insight.Workload;

/// <summary>How many amounts lay between two powers of two: bucket n holds those of n bits, so amounts below 2^n. Thread-safe.</summary>
internal sealed class Log2Histogram
{
    /// <summary>Up to 2^31 exclusive; larger ones, and those without bound, are in the last.</summary>
    public const int Buckets = 33;

    private readonly long[] _counts = new long[Buckets];

    public void Add(long amount) => Interlocked.Increment(ref _counts[Math.Min(Buckets - 1, 64 - BitOperations.LeadingZeroCount((ulong)amount))]);

    /// <summary>What has no bound.</summary>
    public void AddUnbounded() => Interlocked.Increment(ref _counts[Buckets - 1]);

    public long[] Read()
    {
        long[] copy = new long[Buckets];
        for (int i = 0; i < Buckets; i++)
        {
            copy[i] = Volatile.Read(ref _counts[i]);
        }

        return copy;
    }
}
