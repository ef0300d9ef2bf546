using System.Numerics;

namespace Holdfast.Telemetry;

/// <summary>A few counters, each of them in cells of the processor's own. Thread-safe, without a lock.</summary>
internal sealed class StripedCounts
{
    private static readonly int s_stripes = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 1, 16));

    private readonly long[][] _stripes;

    public StripedCounts(int counters)
    {
        // At least two cache lines each, which processors fetch in pairs.
        _stripes = [.. Enumerable.Range(0, s_stripes).Select(_ => new long[Math.Max(counters, 16)])];
    }

    public void Increment(int counter) => Interlocked.Increment(ref _stripes[Thread.GetCurrentProcessorId() & (s_stripes - 1)][counter]);

    public long Read(int counter) => _stripes.Sum(cells => Volatile.Read(ref cells[counter]));
}
