namespace Holdfast.Sessions.Counting;

/// <summary>A few counters, each of them in cells of the processor's own. Thread-safe, without a lock.</summary>
public sealed class StripedCounts
{
    private readonly long[][] _stripes;

    /// <param name="counters">How many.</param>
    public StripedCounts(int counters)
    {
        // At least two cache lines each, which processors fetch in pairs.
        _stripes = [.. Enumerable.Range(0, ProcessorStripe.Count).Select(_ => new long[Math.Max(counters, 16)])];
    }

    /// <summary>One more of a counter.</summary>
    public void Increment(int counter) => Interlocked.Increment(ref _stripes[ProcessorStripe.Current][counter]);

    /// <summary>How many of a counter so far.</summary>
    public long Read(int counter) => _stripes.Sum(cells => Volatile.Read(ref cells[counter]));
}
