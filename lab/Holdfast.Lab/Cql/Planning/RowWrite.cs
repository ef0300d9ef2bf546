using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cql.Planning;

internal enum WriteKind
{
    /// <summary>Sets columns, and says that the row is there.</summary>
    Insert,

    /// <summary>Sets or deletes columns.</summary>
    Update,

    DeleteRow,

    DeletePartition,
}

/// <param name="Column">Which column.</param>
/// <param name="Term">Its new value; null deletes it, unset leaves it.</param>
internal sealed record ColumnWrite(ColumnMetadata Column, BoundTerm Term);

/// <summary>What a write does to each row it names.</summary>
internal sealed record RowWrite(
    WriteKind Kind,
    IReadOnlyList<ColumnValues> PartitionKey,
    IReadOnlyList<ColumnValues> Clustering,
    IReadOnlyList<ColumnWrite> Columns,
    WriteAttributes Attributes)
{
    public IReadOnlyList<Mutation> ToMutations(TableMetadata table, BindContext context)
    {
        long timestamp = Attributes.Timestamp(context);
        int timeToLive = Kind is WriteKind.DeleteRow or WriteKind.DeletePartition ? 0 : Attributes.TimeToLive(table, context);
        Deletion deletion = new(timestamp, context.NowSeconds);
        var rows = Kind == WriteKind.DeletePartition ? [] : Rows(timestamp, timeToLive, context);
        return ColumnValues.Combine(PartitionKey, context).ConvertAll(key => new Mutation(
            table.Id,
            new PartitionData(
                KeyEncoding.Partition(table, key), Kind == WriteKind.DeletePartition ? deletion : Deletion.None, rows)));
    }

    private Row[] Rows(long timestamp, int timeToLive, BindContext context)
    {
        var liveness = Kind != WriteKind.Insert ? Liveness.None
            : timeToLive == 0 ? Liveness.Live(timestamp)
            : Liveness.Expiring(timestamp, timeToLive, context.NowSeconds);
        var deletion = Kind == WriteKind.DeleteRow ? new Deletion(timestamp, context.NowSeconds) : Deletion.None;
        var cells = Cells(timestamp, timeToLive, context);
        return
        [
            .. ColumnValues.Combine(Clustering, context)
                .Select(KeyEncoding.Clustering)
                .OrderBy(c => c, Types.ByteOrder.Instance)
                .Select(clustering => new Row(clustering, liveness, deletion, cells)),
        ];
    }

    private Cell[] Cells(long timestamp, int timeToLive, BindContext context)
    {
        List<Cell> cells = new(Columns.Count);
        foreach (var (column, term) in Columns)
        {
            var value = term.Evaluate(context);
            if (value.IsUnset)
            {
                continue;
            }

            cells.Add(value.Bytes is not { } bytes ? Cell.Tombstone(column.Id, timestamp, context.NowSeconds)
                : timeToLive == 0 ? Cell.Live(column.Id, timestamp, bytes)
                : Cell.Expiring(column.Id, timestamp, timeToLive, context.NowSeconds, bytes));
        }

        cells.Sort(static (a, b) => a.Column.CompareTo(b.Column));
        return [.. cells];
    }
}

internal sealed class PreparedMutation(
    string query, string? usedKeyspace, BoundVariables variables, TableMetadata table, RowWrite write)
    : PreparedStatement(query, usedKeyspace, variables, table)
{
    private readonly TableMetadata table = table;

    protected override Plan BindChecked(BindContext context) => new MutationPlan(table, write.ToMutations(table, context));
}
