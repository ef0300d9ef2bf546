using System.Collections.Immutable;

namespace Holdfast.Lab.Cql.Schema;

/// <summary>A keyspace's definition. Immutable.</summary>
internal sealed record KeyspaceMetadata(string Name, ReplicationParameters Replication, bool DurableWrites)
{
    public ImmutableSortedDictionary<string, TableMetadata> Tables { get; init; } =
        ImmutableSortedDictionary.Create<string, TableMetadata>(StringComparer.Ordinal);

    /// <summary>Its tables have no data of their own: rows are made when they are asked for.</summary>
    public bool IsVirtual { get; init; }

    public KeyspaceMetadata With(TableMetadata table) => this with { Tables = Tables.SetItem(table.Name, table) };

    public KeyspaceMetadata Without(TableMetadata table) => this with { Tables = Tables.Remove(table.Name) };
}
