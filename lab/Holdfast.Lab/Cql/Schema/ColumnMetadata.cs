using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Schema;

internal enum ColumnKind
{
    PartitionKey,
    Clustering,
    Static,
    Regular,
}

/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Kind">Its part in the primary key, if any.</param>
/// <param name="Position">Its place among its kind; -1 outside the primary key, as the system tables say it.</param>
/// <param name="Id">What cells are stored under: never given to another column of the same table.</param>
/// <param name="IsDescending">For a clustering column: whether rows run backwards.</param>
internal sealed record ColumnMetadata(
    string Name, CqlType Type, ColumnKind Kind, int Position, int Id, bool IsDescending = false)
{
    public bool IsPrimaryKey => Kind is ColumnKind.PartitionKey or ColumnKind.Clustering;
}
