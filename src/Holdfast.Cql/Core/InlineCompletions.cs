namespace Holdfast.Cql.Core;

/// <summary>
/// Whether whoever waits for a request may run on the thread that received its answer. Handing over to the pool wakes another
/// thread, which costs more than most callers do; but a caller shall not keep very many answers waiting behind it, and where they
/// come in such numbers other threads have a share in them. How many: decision 0088.
/// </summary>
internal static class InlineCompletions
{
    private const int PerReceipt = 16;

    [ThreadStatic]
    private static int t_left;

    /// <summary>This thread has received something, and has nothing else to do.</summary>
    public static void Begin() => t_left = PerReceipt;

    /// <summary>From now on it has.</summary>
    public static void End() => t_left = 0;

    /// <summary>True when one more may run here.</summary>
    public static bool TryTake() => t_left > 0 && t_left-- > 0;
}
