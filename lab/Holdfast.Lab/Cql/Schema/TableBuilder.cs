using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Schema;

/// <summary>CREATE TABLE and ALTER TABLE as definitions of tables.</summary>
internal static class TableBuilder
{
    public static TableMetadata Build(CreateTableStatement create, string keyspace, Guid id)
    {
        string table = create.Table.Name;
        if (create.CompactStorage)
        {
            throw CqlException.Invalid("Compact tables are not allowed in Cassandra starting with 4.0 version.");
        }

        var types = Columns(create.Columns, table);
        var key = PrimaryKey(create, table);
        CheckKey(key, types, create.Columns, table);
        CheckOrder(create.ClusteringOrder, key.Clustering);
        if (key.Clustering.Count == 0 && create.Columns.Any(c => c.IsStatic))
        {
            throw CqlException.Invalid(
                "Static columns are only useful (and thus allowed) if the table has at least one clustering column");
        }

        List<ColumnMetadata> columns = [];
        foreach (var definition in create.Columns)
        {
            string name = definition.Name;
            int partition = IndexOf(key.Partition, name);
            int clustering = IndexOf(key.Clustering, name);
            var kind = partition >= 0 ? ColumnKind.PartitionKey
                : clustering >= 0 ? ColumnKind.Clustering
                : definition.IsStatic ? throw CqlException.Invalid("Static columns are not part of the lab")
                : ColumnKind.Regular;
            bool isDescending = create.ClusteringOrder.Any(o => o.Column == name && o.IsDescending);
            columns.Add(new(name, types[name], kind, Math.Max(partition, clustering), columns.Count, isDescending));
        }

        var parameters = TableOptionsReader.Read(TableParameters.Default, create.Options);
        return new TableMetadata(id, keyspace, table, columns, parameters);
    }

    public static TableMetadata Alter(TableMetadata table, AlterTableStatement alter)
    {
        var columns = table.Columns.ToList();
        int next = columns.Max(c => c.Id) + 1;
        foreach (var added in alter.Add)
        {
            if (columns.Any(c => c.Name == added.Name))
            {
                throw CqlException.Invalid($"Column with name '{added.Name}' already exists");
            }

            columns.Add(new(added.Name, TypeResolver.Resolve(added.Type), ColumnKind.Regular, -1, next++));
        }

        foreach (string dropped in alter.Drop)
        {
            var column = columns.Find(c => c.Name == dropped)
                ?? throw CqlException.Invalid($"Column {dropped} was not found in table '{table.Keyspace}.{table.Name}'");
            if (column.IsPrimaryKey)
            {
                throw CqlException.Invalid($"Cannot drop PRIMARY KEY column {dropped}");
            }

            // Its number could be given to another column, which would then read its old cells.
            throw CqlException.Invalid("ALTER TABLE DROP is not part of the lab");
        }

        return table.With(columns).With(TableOptionsReader.Read(table.Parameters, alter.Options));
    }

    private static Dictionary<string, CqlType> Columns(Sequence<ColumnDefinition> definitions, string table)
    {
        Dictionary<string, CqlType> types = new(StringComparer.Ordinal);
        foreach (var definition in definitions)
        {
            if (!types.TryAdd(definition.Name, TypeResolver.Resolve(definition.Type)))
            {
                throw CqlException.Invalid($"Duplicate column '{definition.Name}' declaration for table '{table}'");
            }

            if (types[definition.Name] == new NativeType(NativeKind.Counter))
            {
                throw CqlException.Invalid("Counters are not part of the lab");
            }
        }

        return types;
    }

    private static PrimaryKeyDefinition PrimaryKey(CreateTableStatement create, string table)
    {
        var inline = create.Columns.Where(c => c.IsPrimaryKey).Select(c => new PrimaryKeyDefinition([c.Name], []));
        var keys = inline.Concat(create.PrimaryKeys).ToList();
        return keys.Count switch
        {
            0 => throw CqlException.Invalid($"No PRIMARY KEY specifed for table '{table}' (exactly one required)"),
            1 => keys[0],
            _ => throw CqlException.Invalid($"Multiple PRIMARY KEYs specified for table '{table}' (exactly one required)"),
        };
    }

    private static void CheckKey(
        PrimaryKeyDefinition key, Dictionary<string, CqlType> types, Sequence<ColumnDefinition> columns, string table)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string name in key.Partition.Concat(key.Clustering))
        {
            if (!types.TryGetValue(name, out var type))
            {
                throw CqlException.Invalid($"Unknown column '{name}' referenced in PRIMARY KEY for table '{table}'");
            }

            if (!seen.Add(name))
            {
                throw CqlException.Invalid($"Duplicate column '{name}' in PRIMARY KEY clause for table '{table}'");
            }

            if (type is { IsCollection: true, IsFrozen: false })
            {
                throw CqlException.Invalid($"Invalid non-frozen collection type {type} for PRIMARY KEY column '{name}'");
            }

            if (type is NativeType { Kind: NativeKind.Duration })
            {
                throw CqlException.Invalid($"duration type is not supported for PRIMARY KEY column '{name}'");
            }

            if (columns.Any(c => c.Name == name && c.IsStatic))
            {
                throw CqlException.Invalid($"Static column '{name}' cannot be part of the PRIMARY KEY");
            }
        }
    }

    private static void CheckOrder(Sequence<Ordering> order, Sequence<string> clustering)
    {
        if (order.Count > clustering.Count)
        {
            throw CqlException.Invalid("Only clustering columns can be defined in CLUSTERING ORDER directive");
        }

        for (int i = 0; i < order.Count; i++)
        {
            if (order[i].Column == clustering[i])
            {
                continue;
            }

            throw order.Any(o => o.Column == clustering[i])
                ? CqlException.Invalid(
                    "The order of columns in the CLUSTERING ORDER directive must match that of the clustering columns "
                    + $"({clustering[i]} must appear before {order[i].Column})")
                : CqlException.Invalid($"Missing CLUSTERING ORDER for column {clustering[i]}");
        }
    }

    private static int IndexOf(Sequence<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }

        return -1;
    }
}
