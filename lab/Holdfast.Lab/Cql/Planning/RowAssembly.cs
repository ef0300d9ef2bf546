using Holdfast.Lab.Cql.SystemTables;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>Makes a result of data: drops what is dead or not asked for, orders, selects, counts, limits.</summary>
/// <param name="query">What was prepared.</param>
/// <param name="filters">Its conditions, with their values.</param>
/// <param name="limit">Rows at most.</param>
/// <param name="perPartitionLimit">Rows of one partition at most.</param>
/// <param name="context">What it was bound with.</param>
internal sealed class RowAssembly(
    SelectQuery query, IReadOnlyList<Func<RowView, bool>> filters, int limit, int perPartitionLimit, BindContext context)
{
    /// <param name="partitions">The merged data, in the order of the keys or of the ring.</param>
    /// <param name="nowSeconds">The coordinator's clock, by which values expire.</param>
    public RowSet FromPartitions(IEnumerable<PartitionData> partitions, long nowSeconds)
    {
        List<byte[]?[]> rows = [];
        StoredRowView view = new(query.Table, nowSeconds);
        foreach (var partition in partitions)
        {
            if (IsFull(rows))
            {
                break;
            }

            view.Enter(partition.Key);
            Add(partition, view, nowSeconds, rows);
        }

        return Finish(rows);
    }

    public RowSet FromSystemRows(IEnumerable<SystemRow> made)
    {
        List<byte[]?[]> rows = [];
        MadeRowView view = new();
        foreach (var row in made)
        {
            view.Enter(row);
            if (IsFull(rows))
            {
                break;
            }

            AddIfAsked(view, rows);
        }

        return Finish(rows);
    }

    private void Add(PartitionData partition, StoredRowView view, long nowSeconds, List<byte[]?[]> rows)
    {
        if (query.Table.Clustering.IsEmpty)
        {
            // One row at most, and most tables of a session store are of this kind.
            if (partition.Rows.Length > 0)
            {
                AddIfLive(partition.Rows[0], [], view, nowSeconds, rows);
            }

            return;
        }

        int before = rows.Count;
        foreach (var (row, clustering) in Ordered(partition))
        {
            if (IsFull(rows) || rows.Count - before >= perPartitionLimit)
            {
                return;
            }

            AddIfLive(row, clustering, view, nowSeconds, rows);
        }
    }

    private void AddIfLive(Row row, byte[][] clustering, StoredRowView view, long nowSeconds, List<byte[]?[]> rows)
    {
        if (row.IsLive(nowSeconds))
        {
            view.Enter(row, clustering);
            AddIfAsked(view, rows);
        }
    }

    private List<(Row Row, byte[][] Clustering)> Ordered(PartitionData partition)
    {
        List<(Row Row, byte[][] Clustering)> rows = new(partition.Rows.Length);
        foreach (var row in partition.Rows)
        {
            rows.Add((row, KeyEncoding.ClusteringComponents(query.Table, row.Clustering)));
        }

        rows.Sort((a, b) => Compare(a.Clustering, b.Clustering));
        return rows;
    }

    private int Compare(byte[][] a, byte[][] b)
    {
        foreach (var column in query.Table.Clustering)
        {
            int order = ValueOrder.Compare(column.Type, a[column.Position], b[column.Position]);
            if (order != 0)
            {
                return column.IsDescending != query.IsReversed ? -order : order;
            }
        }

        return 0;
    }

    private void AddIfAsked(RowView view, List<byte[]?[]> rows)
    {
        foreach (var filter in filters)
        {
            if (!filter(view))
            {
                return;
            }
        }

        var values = new byte[]?[query.Selections.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = query.Selections[i].Read(view, context);
        }

        rows.Add(values);
    }

    /// <summary>A limit is on what is returned: it does not bound what is counted.</summary>
    private bool IsFull(List<byte[]?[]> rows) => !query.IsCount && rows.Count >= limit;

    private RowSet Finish(List<byte[]?[]> rows)
    {
        if (!query.IsCount)
        {
            return new RowSet(query.Columns, rows);
        }

        var counted = new byte[]?[query.Selections.Count];
        for (int i = 0; i < counted.Length; i++)
        {
            int column = i;
            counted[i] = query.Selections[i] is CountSelection
                ? CqlValue.Bigint(rows.Count(r => r[column] is not null))
                : rows.FirstOrDefault()?[column];
        }

        return new RowSet(query.Columns, [counted]);
    }
}
