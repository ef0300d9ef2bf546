namespace Holdfast.Lab.Cql.Schema;

internal enum SchemaChangeKind
{
    Created,
    Updated,
    Dropped,
}

/// <summary>What a schema statement did: what its RESULT and the SCHEMA_CHANGE event say.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Keyspace">To or in which keyspace.</param>
/// <param name="Table">To which table, or null for the keyspace itself.</param>
/// <param name="DroppedTables">Tables whose data has no owner any more.</param>
internal sealed record SchemaChange(
    SchemaChangeKind Kind, string Keyspace, string? Table, IReadOnlyList<Guid> DroppedTables);

/// <param name="Schema">The schema afterwards.</param>
/// <param name="Change">What changed; null when an IF (NOT) EXISTS made it nothing.</param>
internal sealed record SchemaChangeResult(SchemaState Schema, SchemaChange? Change);
