namespace Holdfast.Insight.Tests;

/// <summary>What a piece of work allocates on the thread that does it.</summary>
internal static class Allocations
{
    private const int Times = 5;

    /// <summary>
    /// Bytes of the cheapest of several times: what is made once, such as the counters of a processor that the thread has just come to,
    /// is not the work's own.
    /// </summary>
    public static long Of(Action work)
    {
        work(); // compiles it
        long least = long.MaxValue;
        for (int i = 0; i < Times && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
