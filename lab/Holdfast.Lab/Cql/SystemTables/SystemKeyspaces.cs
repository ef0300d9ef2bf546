using Holdfast.Lab.Cql.Schema;

namespace Holdfast.Lab.Cql.SystemTables;

/// <summary>The keyspaces that every cluster has.</summary>
internal static class SystemKeyspaces
{
    public const string System = "system";
    public const string Schema = "system_schema";
    public const string VirtualSchema = "system_virtual_schema";
    public const string Views = "system_views";

    /// <summary>Kept by replicas like a client's own.</summary>
    public const string Traces = "system_traces";

    public static IReadOnlyList<KeyspaceMetadata> All { get; } =
    [
        Local(System),
        Local(Schema),
        Local(VirtualSchema) with { IsVirtual = true },
        Local(Views) with { IsVirtual = true },
        new("system_auth", ReplicationParameters.Simple(1), DurableWrites: true),
        new("system_distributed", ReplicationParameters.Simple(3), DurableWrites: true),
        With(Traces, ReplicationParameters.Simple(2)),
    ];

    /// <summary>No client may change what is in it.</summary>
    public static bool IsReadOnly(string keyspace) => keyspace is System or Schema or VirtualSchema or Views;

    /// <summary>The nodes themselves write to these.</summary>
    public static bool IsKeptByReplicas(string keyspace) => keyspace is Traces;

    private static KeyspaceMetadata Local(string name) => With(name, ReplicationParameters.Local);

    private static KeyspaceMetadata With(string name, ReplicationParameters replication) => SystemTableDefinitions.In(name).Aggregate(
        new KeyspaceMetadata(name, replication, DurableWrites: true), (keyspace, table) => keyspace.With(table));
}
