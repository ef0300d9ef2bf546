using Holdfast.Lab.Cql.Schema;

namespace Holdfast.Lab.Cql.SystemTables;

/// <summary>The keyspaces that every cluster has.</summary>
internal static class SystemKeyspaces
{
    public const string System = "system";
    public const string Schema = "system_schema";
    public const string VirtualSchema = "system_virtual_schema";
    public const string Views = "system_views";

    public static IReadOnlyList<KeyspaceMetadata> All { get; } =
    [
        Local(System),
        Local(Schema),
        Local(VirtualSchema) with { IsVirtual = true },
        Local(Views) with { IsVirtual = true },
        new("system_auth", ReplicationParameters.Simple(1), DurableWrites: true),
        new("system_distributed", ReplicationParameters.Simple(3), DurableWrites: true),
        new("system_traces", ReplicationParameters.Simple(2), DurableWrites: true),
    ];

    /// <summary>No client may change what is in it.</summary>
    public static bool IsReadOnly(string keyspace) => keyspace is System or Schema or VirtualSchema or Views;

    private static KeyspaceMetadata Local(string name)
    {
        var tables = SystemTableDefinitions.In(name);
        return tables.Aggregate(
            new KeyspaceMetadata(name, ReplicationParameters.Local, DurableWrites: true), (k, table) => k.With(table));
    }
}
