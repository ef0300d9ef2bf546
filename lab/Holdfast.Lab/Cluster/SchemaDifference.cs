using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cql.Schema;

namespace Holdfast.Lab.Cluster;

/// <summary>What changed from one schema to another, as clients are told. Definitions are immutable, so identity tells.</summary>
internal static class SchemaDifference
{
    public static IEnumerable<SchemaEvent> Between(SchemaState before, SchemaState after)
    {
        foreach (var keyspace in before.Keyspaces)
        {
            if (after.FindKeyspace(keyspace.Name) is null)
            {
                yield return new SchemaEvent("DROPPED", keyspace.Name, null);
            }
        }

        foreach (var keyspace in after.Keyspaces)
        {
            var old = before.FindKeyspace(keyspace.Name);
            if (old is null)
            {
                yield return new SchemaEvent("CREATED", keyspace.Name, null);
            }
            else if (old.Replication != keyspace.Replication || old.DurableWrites != keyspace.DurableWrites)
            {
                yield return new SchemaEvent("UPDATED", keyspace.Name, null);
            }

            foreach (var change in Tables(old, keyspace))
            {
                yield return change;
            }
        }
    }

    public static IEnumerable<Guid> DroppedTables(SchemaState before, SchemaState after) =>
        before.Keyspaces.SelectMany(k => k.Tables.Values).Where(t => after.FindTable(t.Keyspace, t.Name)?.Id != t.Id).Select(t => t.Id);

    private static IEnumerable<SchemaEvent> Tables(KeyspaceMetadata? before, KeyspaceMetadata after)
    {
        foreach (var table in after.Tables.Values)
        {
            var old = before?.Tables.GetValueOrDefault(table.Name);
            if (!ReferenceEquals(old, table))
            {
                yield return new SchemaEvent(old is null ? "CREATED" : "UPDATED", after.Name, table.Name);
            }
        }

        foreach (var table in before?.Tables.Values ?? [])
        {
            if (!after.Tables.ContainsKey(table.Name))
            {
                yield return new SchemaEvent("DROPPED", after.Name, table.Name);
            }
        }
    }
}
