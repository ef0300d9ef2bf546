namespace Holdfast.Embedded.Space;

/// <summary>
/// Refuses new values before the disk is full, so that deletes, compaction and the log always have room. Decides; who asks
/// the filesystem is elsewhere.
/// </summary>
internal sealed class FreeSpaceGuard(long minFreeBytes)
{
    /// <summary>Between two looks at the filesystem.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private TimeSpan _nextLook;

    public bool RefusesValues { get; private set; }

    public bool IsDue(TimeSpan now) => now >= _nextLook;

    /// <summary>
    /// The filesystem has so much free; true when that changed the answer. Values are taken again a sixteenth above the
    /// bound, so that one compaction does not make it flap.
    /// </summary>
    public bool Look(long freeBytes, TimeSpan now)
    {
        _nextLook = now + Interval;
        long bound = RefusesValues ? minFreeBytes + (minFreeBytes / 16) : minFreeBytes;
        bool before = RefusesValues;
        RefusesValues = freeBytes < bound;
        return RefusesValues != before;
    }
}
