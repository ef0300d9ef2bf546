using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>One row, as a SELECT looks at it.</summary>
internal abstract class RowView
{
    /// <summary>The partition's place on the ring.</summary>
    public abstract long Token { get; }

    public abstract byte[]? Value(ColumnMetadata column);

    /// <summary>When a column was written, or null when it has no value.</summary>
    public abstract long? WriteTime(ColumnMetadata column);

    /// <summary>How many seconds a column has left, or null when it has no end or no value.</summary>
    public abstract int? TimeToLive(ColumnMetadata column);
}

/// <summary>A row of a replica's data; one view goes over all rows of a result.</summary>
internal sealed class StoredRowView(TableMetadata table, long nowSeconds) : RowView
{
    private PartitionKey key;
    private byte[][] partition = [];
    private byte[][] clustering = [];
    private Row? row;

    public override long Token => key.Token;

    public void Enter(PartitionKey key)
    {
        this.key = key;
        partition = KeyEncoding.PartitionComponents(table, key.Bytes);
    }

    public void Enter(Row row, byte[][] clustering)
    {
        this.row = row;
        this.clustering = clustering;
    }

    public override byte[]? Value(ColumnMetadata column) => column.Kind switch
    {
        ColumnKind.PartitionKey => partition[column.Position],
        ColumnKind.Clustering => clustering[column.Position],
        _ => TryGetLive(column, out var cell) ? cell.Value : null,
    };

    public override long? WriteTime(ColumnMetadata column) => TryGetLive(column, out var cell) ? cell.Timestamp : null;

    public override int? TimeToLive(ColumnMetadata column) =>
        TryGetLive(column, out var cell) && cell.IsExpiring ? (int)(cell.LocalDeletionTime - nowSeconds) : null;

    private bool TryGetLive(ColumnMetadata column, out Cell cell) =>
        row!.TryGetCell(column.Id, out cell) && cell.IsLive(nowSeconds);
}

/// <summary>A row that is made when it is asked for: one of a system table.</summary>
internal sealed class MadeRowView : RowView
{
    private SystemTables.SystemRow? row;

    public override long Token => 0;

    public void Enter(SystemTables.SystemRow row) => this.row = row;

    public override byte[]? Value(ColumnMetadata column) => row!.Value(column.Name);

    public override long? WriteTime(ColumnMetadata column) => null;

    public override int? TimeToLive(ColumnMetadata column) => null;
}
