namespace Holdfast.Lab.Storage;

/// <summary>Merges rows, and drops from them what a deletion shadows.</summary>
internal static class RowMerger
{
    /// <summary>Nothing in it is shadowed by its own deletion or its partition's, and it is not empty.</summary>
    public static bool IsCanonical(Row row, in Deletion partition)
    {
        bool keepsDeletion = row.Deletion.IsNone || row.Deletion.Supersedes(partition);
        var deletion = keepsDeletion ? Reconciler.Reconcile(row.Deletion, partition) : partition;
        if (row.IsEmpty || !keepsDeletion || (!row.Liveness.IsNone && deletion.Deletes(row.Liveness)))
        {
            return false;
        }

        foreach (ref readonly var cell in row.Cells)
        {
            if (deletion.Deletes(cell))
            {
                return false;
            }
        }

        return true;
    }

    public static Row Shadow(Row row, in Deletion partition) =>
        IsCanonical(row, partition) ? row : Build(row.Clustering, row.Liveness, row.Deletion, row.Cells, [], partition);

    public static Row Merge(Row a, Row b, in Deletion partition) =>
        Build(
            a.Clustering,
            Reconciler.Reconcile(a.Liveness, b.Liveness),
            Reconciler.Reconcile(a.Deletion, b.Deletion),
            a.Cells,
            b.Cells,
            partition);

    private static Row Build(
        byte[] clustering, Liveness liveness, Deletion own, ReadOnlySpan<Cell> a, ReadOnlySpan<Cell> b, in Deletion partition)
    {
        own = own.Supersedes(partition) ? own : Deletion.None;
        var deletion = own.IsNone ? partition : own;
        liveness = deletion.Deletes(liveness) ? Liveness.None : liveness;
        var cells = new Cell[a.Length + b.Length];
        int count = 0;
        int i = 0;
        int j = 0;
        while (i < a.Length || j < b.Length)
        {
            int order = i == a.Length ? 1 : j == b.Length ? -1 : a[i].Column.CompareTo(b[j].Column);
            var cell = order == 0 ? Reconciler.Reconcile(a[i++], b[j++]) : order < 0 ? a[i++] : b[j++];
            if (!deletion.Deletes(cell))
            {
                cells[count++] = cell;
            }
        }

        return new Row(clustering, liveness, own, count == cells.Length ? cells : cells[..count]);
    }
}
