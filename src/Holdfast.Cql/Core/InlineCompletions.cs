namespace Holdfast.Cql.Core;

/// <summary>
/// Whether whoever waits for a request may run on the thread that received its answer. Handing over to the pool wakes another
/// thread, which costs more than most callers do; but a caller shall not keep many answers waiting behind it, so that of one
/// receipt only the first few are completed here.
/// </summary>
internal static class InlineCompletions
{
    private const int PerReceipt = 8;

    [ThreadStatic]
    private static int t_left;

    /// <summary>This thread has received something, and has nothing else to do.</summary>
    public static void Begin() => t_left = PerReceipt;

    /// <summary>From now on it has.</summary>
    public static void End() => t_left = 0;

    /// <summary>True when one more may run here.</summary>
    public static bool TryTake() => t_left > 0 && t_left-- > 0;
}
