using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Cql.Schema;

/// <summary>Applies a schema statement to a schema, with Cassandra's refusals.</summary>
/// <param name="datacenters">The cluster's data centres, as the coordinator knows them.</param>
/// <param name="nowMicros">The coordinator's clock, of which the ids of new tables are made.</param>
internal sealed class SchemaChanger(IReadOnlyCollection<string> datacenters, long nowMicros)
{
    /// <param name="schema">Before.</param>
    /// <param name="statement">A schema statement.</param>
    /// <param name="used">The keyspace in use, or null.</param>
    public SchemaChangeResult Apply(SchemaState schema, Statement statement, string? used) => statement switch
    {
        CreateKeyspaceStatement create => CreateKeyspace(schema, create),
        AlterKeyspaceStatement alter => AlterKeyspace(schema, alter),
        DropKeyspaceStatement drop => DropKeyspace(schema, drop),
        CreateTableStatement create => CreateTable(schema, create, used),
        AlterTableStatement alter => AlterTable(schema, alter, used),
        DropTableStatement drop => DropTable(schema, drop, used),
        _ => throw new NotSupportedException(statement.GetType().Name),
    };

    private SchemaChangeResult CreateKeyspace(SchemaState schema, CreateKeyspaceStatement create)
    {
        RefuseSystem(create.Keyspace);
        if (schema.FindKeyspace(create.Keyspace) is not null)
        {
            return create.IfNotExists ? Nothing(schema) : throw CqlException.KeyspaceExists(create.Keyspace);
        }

        var options = KeyspaceOptions.Read(create.Options, create.Keyspace, datacenters);
        var keyspace = new KeyspaceMetadata(
            create.Keyspace,
            options.Replication ?? throw CqlException.Configuration("Missing mandatory option 'replication'"),
            options.DurableWrites ?? true);
        return new(schema.With(keyspace), new SchemaChange(SchemaChangeKind.Created, keyspace.Name, null, []));
    }

    private SchemaChangeResult AlterKeyspace(SchemaState schema, AlterKeyspaceStatement alter)
    {
        RefuseSystem(alter.Keyspace);
        var keyspace = schema.FindKeyspace(alter.Keyspace) ?? throw NoKeyspace(alter.Keyspace);
        var options = KeyspaceOptions.Read(alter.Options, alter.Keyspace, datacenters);
        var altered = keyspace with
        {
            Replication = options.Replication ?? keyspace.Replication,
            DurableWrites = options.DurableWrites ?? keyspace.DurableWrites,
        };
        return new(schema.With(altered), new SchemaChange(SchemaChangeKind.Updated, keyspace.Name, null, []));
    }

    private static SchemaChangeResult DropKeyspace(SchemaState schema, DropKeyspaceStatement drop)
    {
        RefuseSystem(drop.Keyspace);
        RefuseToDrop(drop.Keyspace, $"<keyspace {drop.Keyspace}>");
        if (schema.FindKeyspace(drop.Keyspace) is not { } keyspace)
        {
            return drop.IfExists ? Nothing(schema) : throw NoKeyspace(drop.Keyspace);
        }

        var tables = keyspace.Tables.Values.Select(t => t.Id).ToList();
        return new(schema.Without(keyspace), new SchemaChange(SchemaChangeKind.Dropped, keyspace.Name, null, tables));
    }

    private SchemaChangeResult CreateTable(SchemaState schema, CreateTableStatement create, string? used)
    {
        string name = SchemaState.KeyspaceOf(create.Table, used);
        RefuseSystem(name);
        var keyspace = schema.FindKeyspace(name) ?? throw NoKeyspace(name);
        if (keyspace.Tables.ContainsKey(create.Table.Name))
        {
            return create.IfNotExists ? Nothing(schema) : throw CqlException.TableExists(name, create.Table.Name);
        }

        var id = NameUuid.Of($"{name}.{create.Table.Name}@{nowMicros}");
        var table = TableBuilder.Build(create, name, id);
        return new(
            schema.With(keyspace.With(table)), new SchemaChange(SchemaChangeKind.Created, name, table.Name, []));
    }

    private static SchemaChangeResult AlterTable(SchemaState schema, AlterTableStatement alter, string? used)
    {
        string name = SchemaState.KeyspaceOf(alter.Table, used);
        RefuseSystem(name);
        var keyspace = schema.FindKeyspace(name) ?? throw NoKeyspace(name);
        var table = keyspace.Tables.GetValueOrDefault(alter.Table.Name) ?? throw NoTable(name, alter.Table.Name);
        var altered = TableBuilder.Alter(table, alter);
        return new(
            schema.With(keyspace.With(altered)), new SchemaChange(SchemaChangeKind.Updated, name, table.Name, []));
    }

    private static SchemaChangeResult DropTable(SchemaState schema, DropTableStatement drop, string? used)
    {
        string name = SchemaState.KeyspaceOf(drop.Table, used);
        RefuseSystem(name);
        RefuseToDrop(name, $"<table {name}.{drop.Table.Name}>");
        if (schema.FindTable(name, drop.Table.Name) is not { } table)
        {
            return drop.IfExists ? Nothing(schema) : throw NoTable(name, drop.Table.Name);
        }

        var keyspace = schema.FindKeyspace(name)!;
        return new(
            schema.With(keyspace.Without(table)),
            new SchemaChange(SchemaChangeKind.Dropped, name, table.Name, [table.Id]));
    }

    private static SchemaChangeResult Nothing(SchemaState schema) => new(schema, null);

    private static void RefuseSystem(string keyspace)
    {
        if (SystemTables.SystemKeyspaces.IsReadOnly(keyspace))
        {
            throw CqlException.Unauthorized($"{keyspace} keyspace is not user-modifiable.");
        }
    }

    private static void RefuseToDrop(string keyspace, string what)
    {
        if (SystemTables.SystemKeyspaces.IsKeptByReplicas(keyspace))
        {
            throw CqlException.Unauthorized($"Cannot DROP {what}");
        }
    }

    private static CqlException NoKeyspace(string keyspace) => CqlException.Invalid($"Keyspace '{keyspace}' doesn't exist");

    private static CqlException NoTable(string keyspace, string table) =>
        CqlException.Invalid($"Table '{keyspace}.{table}' doesn't exist");
}
