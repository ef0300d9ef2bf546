using Holdfast.Cql;

namespace Holdfast.Simulation.Tests.Client;

/// <summary>The store's statements, on one key and one value.</summary>
internal sealed class Statements(ConsistencyLevel delete = ConsistencyLevel.LocalQuorum, ConsistencyLevel get = ConsistencyLevel.LocalQuorum)
{
    public CqlStatement Get { get; } = new("get", "SELECT value, TTL(value), WRITETIME(value) FROM sessions.values WHERE key = ?", get) { Columns = 3 };

    public CqlStatement Set { get; } = new("set", "INSERT INTO sessions.values (key, value) VALUES (?, ?)", ConsistencyLevel.LocalQuorum) { IsWrite = true };

    public CqlStatement Delete { get; } = new("delete", "DELETE FROM sessions.values WHERE key = ?", delete) { IsWrite = true };

    /// <summary>As the store sends deletes first: at every data centre.</summary>
    public CqlStatement DeleteEverywhere { get; } = new("delete_everywhere", "DELETE FROM sessions.values WHERE key = ?", ConsistencyLevel.EachQuorum) { IsWrite = true, Patient = false };

    public IReadOnlyList<CqlStatement> All => [Get, Set, Delete, DeleteEverywhere];
}

/// <summary>A key, and a value where one is written.</summary>
internal sealed class Values(byte[] key, byte[]? value) : ICqlValues
{
    public ReadOnlySpan<byte> PartitionKey => key;

    public int SizeHint => key.Length + (value?.Length ?? 0);

    public int Count => value is null ? 1 : 2;

    public void Write(CqlValueWriter writer)
    {
        writer.WriteBytes(key);
        if (value is not null)
        {
            writer.WriteBytes(value);
        }
    }
}
