using System.Collections.ObjectModel;

namespace Holdfast.Lab.Storage;

/// <summary>
/// Everything one node keeps on its disk and in its memory. Pure: `now` is given, and nothing here asks a clock. It outlives
/// the process: SIGKILL loses nothing, because what was written to the log is the operating system's; a loss of power loses
/// what the log had not synced.
/// </summary>
internal sealed class ReplicaStore(CommitLogSync sync)
{
    private readonly SortedDictionary<Guid, TableStore> tables = [];
    private readonly UnsyncedWrites unsynced = new(sync);
    private int fillings;

    /// <summary>Tables of which only the newest partitions are kept, and how many.</summary>
    public IReadOnlyDictionary<Guid, int> Newest { get; init; } = ReadOnlyDictionary<Guid, int>.Empty;

    /// <summary>While true, writes and deletes are refused and reads go on.</summary>
    public bool IsDiskFull => fillings > 0;

    /// <summary>Partitions kept, of all tables.</summary>
    public long PartitionCount => tables.Values.Sum(t => (long)t.Count);

    /// <summary>The disk is full until as many <see cref="Free"/> as there were of these.</summary>
    public void Fill() => fillings++;

    public void Free() => fillings--;

    /// <summary>How many writes a loss of power would undo now.</summary>
    public int UnsyncedCount(TimeSpan now) => unsynced.Count(now);

    public WriteOutcome Apply(Mutation mutation, TimeSpan now)
    {
        if (IsDiskFull)
        {
            return WriteOutcome.DiskFull;
        }

        if (!tables.TryGetValue(mutation.Table, out var table))
        {
            table = new TableStore(Newest.TryGetValue(mutation.Table, out var most) ? most : null);
            tables.Add(mutation.Table, table);
        }

        var before = table.Read(mutation.Key);
        table.Put(mutation.Key, Reconciler.Merge(before ?? PartitionData.Empty(mutation.Key), mutation.Update));
        unsynced.Add(mutation.Table, mutation.Key, before, now);
        return WriteOutcome.Applied;
    }

    /// <summary>What this replica knows of a partition, tombstones included; null when it knows nothing.</summary>
    public PartitionData? Read(Guid table, PartitionKey key) =>
        tables.TryGetValue(table, out var store) ? store.Read(key) : null;

    /// <summary>All that this replica knows of a table, in the order of the ring.</summary>
    public IEnumerable<PartitionData> Scan(Guid table) => tables.TryGetValue(table, out var store) ? store.Scan() : [];

    /// <summary>Empties a table. Durable at once, as in Cassandra, which flushes and takes a snapshot before.</summary>
    public WriteOutcome Truncate(Guid table)
    {
        if (IsDiskFull)
        {
            return WriteOutcome.DiskFull;
        }

        Drop(table);
        return WriteOutcome.Applied;
    }

    /// <summary>Forgets a table that the schema no longer has.</summary>
    public void Drop(Guid table)
    {
        tables.Remove(table);
        unsynced.Forget(table);
    }

    /// <summary>Forgets tombstones whose grace is over: what a flush and a compaction of everything do. The result is on disk.</summary>
    public void Purge(Guid table, long nowSeconds, long graceSeconds)
    {
        if (!tables.TryGetValue(table, out var store))
        {
            return;
        }

        foreach (var partition in store.Scan().ToList())
        {
            store.Put(partition.Key, Purger.Purge(partition, nowSeconds, graceSeconds));
        }

        unsynced.Forget(table);
    }

    /// <summary>The log is on disk: a clean stop or a drain.</summary>
    public void Sync(TimeSpan now) => unsynced.Sync(now);

    /// <summary>The machine lost its power: what the log had not synced is gone.</summary>
    /// <returns>How many writes were lost.</returns>
    public int LosePower(TimeSpan now)
    {
        var lost = unsynced.TakeLost(now);
        foreach (var (table, key, before) in lost)
        {
            tables[table].Put(key, before);
        }

        return lost.Count;
    }

    /// <summary>Everything as it is now, to be put back by <see cref="Restore"/>; cheap, since versions are immutable.</summary>
    public StoreSnapshot TakeSnapshot() => new(tables.Select(t => (t.Key, t.Value.Copy())).ToList());

    /// <summary>Makes this the content, synced: a backup restored, or a disk image put back.</summary>
    public void Restore(StoreSnapshot snapshot, TimeSpan now)
    {
        tables.Clear();
        foreach (var (id, table) in snapshot.Tables)
        {
            tables.Add(id, table.Copy());
        }

        unsynced.Sync(now);
    }

    /// <summary>Loses everything: a reimaged node.</summary>
    public void Clear(TimeSpan now)
    {
        tables.Clear();
        unsynced.Sync(now);
    }
}

/// <summary>A store's content at one moment.</summary>
internal sealed record StoreSnapshot(IReadOnlyList<(Guid Id, TableStore Table)> Tables);
