namespace Holdfast.Lab.Storage;

/// <summary>What a replica lacks of the merged truth, as the update that brings it.</summary>
internal static class ReadRepair
{
    /// <returns>The update, or null when the replica lacks nothing.</returns>
    public static PartitionData? Difference(PartitionData merged, PartitionData replica)
    {
        if (merged.Equals(replica))
        {
            return null;
        }

        var deletion = merged.Deletion == replica.Deletion ? Deletion.None : merged.Deletion;
        List<Row> rows = [];
        int j = 0;
        foreach (var row in merged.Rows)
        {
            while (j < replica.Rows.Length && replica.Rows[j].Clustering.AsSpan().SequenceCompareTo(row.Clustering) < 0)
            {
                j++;
            }

            bool isKnown = j < replica.Rows.Length && replica.Rows[j].Clustering.AsSpan().SequenceEqual(row.Clustering);
            var missing = isKnown ? Difference(row, replica.Rows[j]) : row;
            if (!missing.IsEmpty)
            {
                rows.Add(missing);
            }
        }

        return deletion.IsNone && rows.Count == 0 ? null : new PartitionData(merged.Key, deletion, [.. rows]);
    }

    private static Row Difference(Row merged, Row replica)
    {
        List<Cell> cells = [];
        foreach (ref readonly var cell in merged.Cells)
        {
            if (!replica.TryGetCell(cell.Column, out var known) || !known.Equals(cell))
            {
                cells.Add(cell);
            }
        }

        return new Row(
            merged.Clustering,
            merged.Liveness == replica.Liveness ? Liveness.None : merged.Liveness,
            merged.Deletion == replica.Deletion ? Deletion.None : merged.Deletion,
            [.. cells]);
    }
}
