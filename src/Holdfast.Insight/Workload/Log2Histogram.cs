using System.Numerics;
using Holdfast.Sessions.Counting;

namespace Holdfast.Insight.Workload;

/// <summary>How many amounts lay between two powers of two: bucket n holds those of n bits, so amounts below 2^n. Thread-safe.</summary>
internal sealed class Log2Histogram
{
    /// <summary>Up to 2^31 exclusive; larger ones, and those without bound, are in the last.</summary>
    public const int Buckets = 33;

    private readonly StripedCounts _counts = new(Buckets);

    public void Add(long amount) => _counts.Increment(Math.Min(Buckets - 1, 64 - BitOperations.LeadingZeroCount((ulong)amount)));

    /// <summary>What has no bound.</summary>
    public void AddUnbounded() => _counts.Increment(Buckets - 1);

    public long[] Read()
    {
        long[] copy = new long[Buckets];
        for (int i = 0; i < Buckets; i++)
        {
            copy[i] = _counts.Read(i);
        }

        return copy;
    }
}
