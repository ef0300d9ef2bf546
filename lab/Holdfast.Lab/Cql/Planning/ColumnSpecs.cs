using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>Column specifications of a table's own.</summary>
internal static class ColumnSpecs
{
    public static ColumnSpec Of(TableMetadata table, string name, CqlType type) => new(table.Keyspace, table.Name, name, type);
}
