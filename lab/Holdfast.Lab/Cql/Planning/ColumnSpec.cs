using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>What metadata says of one bind marker or one column of a result.</summary>
internal sealed record ColumnSpec(string Keyspace, string Table, string Name, CqlType Type)
{
    public static ColumnSpec Of(TableMetadata table, string name, CqlType type) =>
        new(table.Keyspace, table.Name, name, type);
}
