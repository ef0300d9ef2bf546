using Holdfast.Cassandra.Schema;
using Holdfast.Cql;

namespace Holdfast.Cassandra;

/// <summary>Kask's statements. A read also asks for the write time, so that later writes are later than what was read.</summary>
internal sealed class SessionStatements
{
    // Half of the longest deadline that a request has: the other half belongs to the delete at LOCAL_QUORUM.
    private static readonly TimeSpan s_everywhereMax = TimeSpan.FromSeconds(1);

    // While a replica hangs, every replica cannot be had, and this is what the reader of a missing session waits to learn it. It holds a
    // round trip between the data centres of a continent twice; where they are further apart, the majority is asked instead.
    private static readonly TimeSpan s_everyReplicaMax = TimeSpan.FromMilliseconds(150);

    // With the two before it, it fits MediaWiki's patience.
    private static readonly TimeSpan s_mostReplicasMax = TimeSpan.FromMilliseconds(500);

    public SessionStatements(CassandraStoreOptions options)
    {
        string table = $"{SchemaText.Quote(options.Keyspace)}.{SchemaText.Quote(options.Table)}";
        string delete = $"DELETE FROM {table} WHERE key = ?";
        string get = $"SELECT value, TTL(value), WRITETIME(value) FROM {table} WHERE key = ?";
        Get = new CqlStatement("get", get, options.GetConsistency) { Columns = SessionRow.Columns };
        GetFromAll = new CqlStatement("get_all", get, ConsistencyLevel.All) { Patient = false, Deadline = s_everyReplicaMax, Columns = SessionRow.Columns };
        GetFromMost = new CqlStatement("get_quorum", get, ConsistencyLevel.Quorum) { Patient = false, Deadline = s_mostReplicasMax, Columns = SessionRow.Columns };
        Set = new CqlStatement("set", $"INSERT INTO {table} (key, value) VALUES (?, ?) USING TTL ?", options.SetConsistency) { IsWrite = true };
        bool fallsBack = options.DeleteFallback && options.DeleteConsistency == ConsistencyLevel.EachQuorum;
        Delete = new CqlStatement("delete", delete, options.DeleteConsistency)
        {
            IsWrite = true,
            Patient = !fallsBack,
            Deadline = fallsBack ? s_everywhereMax : null,
        };
        DeleteAgain = new CqlStatement("delete_again", delete, options.DeleteConsistency) { IsWrite = true, Patient = false, Hedged = false };
        DeleteHere = new CqlStatement("delete_here", delete, ConsistencyLevel.LocalQuorum) { IsWrite = true };
    }

    public CqlStatement Get { get; }

    /// <summary>From every replica, to ask again what a read did not find.</summary>
    public CqlStatement GetFromAll { get; }

    /// <summary>From a majority of the replicas of all data centres, when not every one can be had.</summary>
    public CqlStatement GetFromMost { get; }

    public CqlStatement Set { get; }

    public CqlStatement Delete { get; }

    /// <summary>In the local data centre only, while a remote one is away.</summary>
    public CqlStatement DeleteHere { get; }

    /// <summary>Everywhere, in the background: nobody waits for it.</summary>
    public CqlStatement DeleteAgain { get; }

    public IReadOnlyList<CqlStatement> All => [Get, Set, Delete, DeleteHere, DeleteAgain, GetFromAll, GetFromMost];
}
