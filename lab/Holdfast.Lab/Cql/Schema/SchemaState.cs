using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Lab.Cql.Schema;

/// <summary>
/// This folder: what tables there are. A schema is one immutable value, so that each node has its own and a change is a new
/// value; nodes agree when their versions are equal.
/// </summary>
internal sealed class SchemaState
{
    private readonly ImmutableSortedDictionary<string, KeyspaceMetadata> keyspaces;
    private Guid? version;

    private SchemaState(ImmutableSortedDictionary<string, KeyspaceMetadata> keyspaces) => this.keyspaces = keyspaces;

    /// <summary>The schema of a new cluster: the system's own keyspaces and no others.</summary>
    public static SchemaState Initial { get; } = Of(SystemTables.SystemKeyspaces.All);

    /// <summary>In the order of their names.</summary>
    public IEnumerable<KeyspaceMetadata> Keyspaces => keyspaces.Values;

    /// <summary>Derived from the content, so that nodes with equal schemas say so.</summary>
    public Guid Version => version ??= ComputeVersion();

    public static SchemaState Of(IEnumerable<KeyspaceMetadata> keyspaces) =>
        new(keyspaces.ToImmutableSortedDictionary(k => k.Name, k => k, StringComparer.Ordinal));

    public KeyspaceMetadata? FindKeyspace(string name) => keyspaces.GetValueOrDefault(name);

    public TableMetadata? FindTable(string keyspace, string table) =>
        FindKeyspace(keyspace)?.Tables.GetValueOrDefault(table);

    /// <summary>The table that a statement means.</summary>
    /// <param name="name">As it was written.</param>
    /// <param name="used">The keyspace in use, or null.</param>
    public TableMetadata Resolve(Syntax.TableName name, string? used)
    {
        string keyspace = KeyspaceOf(name, used);
        var definition = FindKeyspace(keyspace) ?? throw CqlException.Invalid($"keyspace {keyspace} does not exist");
        return definition.Tables.GetValueOrDefault(name.Name)
            ?? throw CqlException.Invalid($"table {name.Name} does not exist");
    }

    public static string KeyspaceOf(Syntax.TableName name, string? used) =>
        name.Keyspace ?? used
            ?? throw CqlException.Invalid(
                "No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename");

    public SchemaState With(KeyspaceMetadata keyspace) => new(keyspaces.SetItem(keyspace.Name, keyspace));

    public SchemaState Without(KeyspaceMetadata keyspace) => new(keyspaces.Remove(keyspace.Name));

    private Guid ComputeVersion()
    {
        StringBuilder text = new();
        foreach (var keyspace in keyspaces.Values)
        {
            text.Append(keyspace.Name).Append(keyspace.DurableWrites).Append(string.Join(',', keyspace.Replication.ToMap()));
            foreach (var table in keyspace.Tables.Values)
            {
                text.Append('\n').Append(table.Id).Append(table.Name).Append(string.Join(',', table.Columns));
                text.Append(table.Parameters).Append(string.Join(',', table.Parameters.Compaction));
                text.Append(string.Join(',', table.Parameters.Compression)).Append(string.Join(',', table.Parameters.Caching));
            }
        }

        return NameUuid.Of(text.ToString());
    }
}

/// <summary>UUIDs made of names (RFC 9562, version 3), so that identity replays.</summary>
internal static class NameUuid
{
#pragma warning disable CA5351 // MD5 is what the identifiers are defined by; nothing is protected by it
    public static Guid Of(string name)
    {
        byte[] hash = MD5.HashData(Encoding.UTF8.GetBytes(name));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x30);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
#pragma warning restore CA5351
}
