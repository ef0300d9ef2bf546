using System.Numerics;

namespace Holdfast.Sessions.Counting;

/// <summary>
/// Which of a counter's cells a processor writes. Where every processor writes the same cell, its line of memory goes to and fro between
/// them with every request; where each has cells of its own, it stays. Lives in this folder: counting on the way of every request.
/// </summary>
public static class ProcessorStripe
{
    /// <summary>How many stripes there are: a power of two, at most 16.</summary>
    public static readonly int Count = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 1, 16));

    /// <summary>The stripe of the processor that asks. It may run elsewhere a moment later, so cells are still written atomically.</summary>
    public static int Current => Thread.GetCurrentProcessorId() & (Count - 1);
}
