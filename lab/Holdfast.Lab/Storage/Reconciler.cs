namespace Holdfast.Lab.Storage;

/// <summary>
/// Which of two versions wins, for cells, rows and partitions: by timestamp, then by rules that need no clock, as Cassandra
/// 4.0 has them (db/rows/Cells.java, db/LivenessInfo.java, db/DeletionTime.java). Merging is commutative, associative and
/// idempotent, and what a deletion shadows is dropped at once, so that equal content has one form only.
/// </summary>
internal static class Reconciler
{
    public static Cell Reconcile(in Cell a, in Cell b)
    {
        if (a.Timestamp != b.Timestamp)
        {
            return a.Timestamp > b.Timestamp ? a : b;
        }

        // A value that will expire counts as deleted from the start, so that the outcome does not hang on when it is asked.
        bool endsA = a.LocalDeletionTime != Cell.NeverDeleted;
        bool endsB = b.LocalDeletionTime != Cell.NeverDeleted;
        if (endsA != endsB)
        {
            return endsA ? a : b;
        }

        if (a.IsExpiring != b.IsExpiring)
        {
            return a.IsExpiring ? b : a;
        }

        if (a.LocalDeletionTime != b.LocalDeletionTime)
        {
            return a.LocalDeletionTime > b.LocalDeletionTime ? a : b;
        }

        int order = a.Value.AsSpan().SequenceCompareTo(b.Value);
        if (order != 0)
        {
            return order > 0 ? a : b;
        }

        // The same end with a smaller TTL was written later.
        return a.TimeToLive <= b.TimeToLive ? a : b;
    }

    public static Liveness Reconcile(in Liveness a, in Liveness b)
    {
        if (a.Timestamp != b.Timestamp)
        {
            return a.Timestamp > b.Timestamp ? a : b;
        }

        bool endsA = a.TimeToLive != 0;
        bool endsB = b.TimeToLive != 0;
        if (endsA != endsB)
        {
            return endsA ? a : b;
        }

        if (a.LocalExpirationTime != b.LocalExpirationTime)
        {
            return a.LocalExpirationTime > b.LocalExpirationTime ? a : b;
        }

        return a.TimeToLive <= b.TimeToLive ? a : b;
    }

    public static Deletion Reconcile(in Deletion a, in Deletion b) => b.Supersedes(a) ? b : a;

    /// <summary>Both versions of one partition as one; may be either of them, when it already says everything.</summary>
    public static PartitionData Merge(PartitionData a, PartitionData b)
    {
        if (ReferenceEquals(a, b) || b.IsEmpty)
        {
            return Canonical(a);
        }

        if (a.IsEmpty)
        {
            return Canonical(b);
        }

        return Combine(a, b);
    }

    /// <summary>All versions of one partition as one.</summary>
    public static PartitionData Merge(IReadOnlyList<PartitionData> versions)
    {
        var merged = Canonical(versions[0]);
        for (int i = 1; i < versions.Count; i++)
        {
            merged = Merge(merged, versions[i]);
        }

        return merged;
    }

    /// <summary>A mutation may carry what its own deletion shadows; what is kept never does.</summary>
    private static PartitionData Canonical(PartitionData partition)
    {
        foreach (var row in partition.Rows)
        {
            if (RowMerger.IsCanonical(row, partition.Deletion))
            {
                continue;
            }

            return Combine(partition, PartitionData.Empty(partition.Key));
        }

        return partition;
    }

    private static PartitionData Combine(PartitionData a, PartitionData b)
    {
        var deletion = Reconcile(a.Deletion, b.Deletion);
        List<Row> rows = new(Math.Max(a.Rows.Length, b.Rows.Length));
        int i = 0;
        int j = 0;
        while (i < a.Rows.Length || j < b.Rows.Length)
        {
            int order = i == a.Rows.Length ? 1
                : j == b.Rows.Length ? -1
                : a.Rows[i].Clustering.AsSpan().SequenceCompareTo(b.Rows[j].Clustering);
            var row = order == 0 ? RowMerger.Merge(a.Rows[i++], b.Rows[j++], deletion)
                : RowMerger.Shadow(order < 0 ? a.Rows[i++] : b.Rows[j++], deletion);
            if (!row.IsEmpty)
            {
                rows.Add(row);
            }
        }

        return new PartitionData(a.Key, deletion, [.. rows]);
    }
}
