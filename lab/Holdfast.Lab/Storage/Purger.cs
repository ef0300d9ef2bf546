namespace Holdfast.Lab.Storage;

/// <summary>
/// What a compaction may forget: a tombstone once its grace is over, and a value that expired as long ago. Within its grace
/// an expired value stays as a tombstone, and has no bytes any more.
/// </summary>
internal static class Purger
{
    /// <param name="partition">What is kept.</param>
    /// <param name="nowSeconds">The node's clock.</param>
    /// <param name="graceSeconds">The table's <c>gc_grace_seconds</c>.</param>
    public static PartitionData Purge(PartitionData partition, long nowSeconds, long graceSeconds)
    {
        long before = nowSeconds - graceSeconds;
        bool forgets = !partition.Deletion.IsNone && partition.Deletion.LocalDeletionTime < before;
        List<Row> rows = [];
        bool changed = forgets;
        foreach (var row in partition.Rows)
        {
            var kept = Purge(row, nowSeconds, before);
            changed |= !ReferenceEquals(kept, row);
            if (!kept.IsEmpty)
            {
                rows.Add(kept);
            }
        }

        return changed
            ? new PartitionData(partition.Key, forgets ? Deletion.None : partition.Deletion, [.. rows])
            : partition;
    }

    private static Row Purge(Row row, long nowSeconds, long before)
    {
        List<Cell> cells = [];
        bool changed = false;
        foreach (ref readonly var cell in row.Cells)
        {
            if (cell.IsLive(nowSeconds))
            {
                cells.Add(cell);
                continue;
            }

            // An expired value was, in effect, deleted when it was written with the time it had to live.
            long deletedAt = cell.LocalDeletionTime - cell.TimeToLive;
            bool forgotten = deletedAt < before;
            changed |= forgotten || cell.IsExpiring;
            if (!forgotten)
            {
                cells.Add(Cell.Tombstone(cell.Column, cell.Timestamp, deletedAt));
            }
        }

        bool forgetsDeletion = !row.Deletion.IsNone && row.Deletion.LocalDeletionTime < before;
        bool forgetsLiveness = !row.Liveness.IsNone && !row.Liveness.IsLive(nowSeconds)
            && row.Liveness.LocalExpirationTime < before;
        return changed || forgetsDeletion || forgetsLiveness
            ? new Row(
                row.Clustering,
                forgetsLiveness ? Liveness.None : row.Liveness,
                forgetsDeletion ? Deletion.None : row.Deletion,
                [.. cells])
            : row;
    }
}
