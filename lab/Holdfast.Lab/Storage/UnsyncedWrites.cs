namespace Holdfast.Lab.Storage;

/// <summary>
/// What a loss of power would undo: for every write that the log has not synced, the version of its partition from before.
/// Versions are immutable, so keeping one is keeping a reference.
/// </summary>
/// <remarks>
/// A periodic sync happens at the multiples of its period. None has to be scheduled: a write before the last multiple
/// is synced, so that what is kept is bounded by what was written within one period.
/// </remarks>
internal sealed class UnsyncedWrites(CommitLogSync sync)
{
    private readonly Queue<Entry> entries = new();
    private TimeSpan syncedUpTo = TimeSpan.MinValue;

    public int Count(TimeSpan now)
    {
        DropSynced(now);
        return entries.Count;
    }

    public void Add(Guid table, PartitionKey key, PartitionData? before, TimeSpan now)
    {
        if (sync.Period > TimeSpan.Zero)
        {
            DropSynced(now);
            entries.Enqueue(new Entry(now, table, key, before));
        }
    }

    /// <summary>The log is on disk up to here: a clean stop, or a flush.</summary>
    public void Sync(TimeSpan now)
    {
        syncedUpTo = now;
        entries.Clear();
    }

    /// <summary>A table's data went to disk, or away with the table: there is nothing of it to undo.</summary>
    public void Forget(Guid table)
    {
        int count = entries.Count;
        for (int i = 0; i < count; i++)
        {
            var entry = entries.Dequeue();
            if (entry.Table != table)
            {
                entries.Enqueue(entry);
            }
        }
    }

    /// <summary>What has to be put back, newest first; and forgets it.</summary>
    public IReadOnlyList<(Guid Table, PartitionKey Key, PartitionData? Before)> TakeLost(TimeSpan now)
    {
        DropSynced(now);
        var lost = entries.Reverse().Select(e => (e.Table, e.Key, e.Before)).ToList();
        entries.Clear();
        return lost;
    }

    private void DropSynced(TimeSpan now)
    {
        long period = sync.Period.Ticks;
        var boundary = period == 0 ? now : TimeSpan.FromTicks(now.Ticks - (now.Ticks % period));
        syncedUpTo = boundary > syncedUpTo ? boundary : syncedUpTo;
        while (entries.TryPeek(out var oldest) && oldest.At < syncedUpTo)
        {
            entries.Dequeue();
        }
    }

    private readonly record struct Entry(TimeSpan At, Guid Table, PartitionKey Key, PartitionData? Before);
}
