using Holdfast.Cql;
using Holdfast.Sessions;

namespace Holdfast.Cassandra;

/// <summary>Where sessions lie in the cluster, and how many replicas must answer for what.</summary>
public sealed record CassandraStoreOptions
{
    /// <summary>The keyspace, as it is: it is quoted.</summary>
    public string Keyspace { get; init; } = "kask";

    /// <summary>The table, as it is: it is quoted.</summary>
    public string Table { get; init; } = "values";

    /// <summary>For reads.</summary>
    public ConsistencyLevel GetConsistency { get; init; } = ConsistencyLevel.LocalQuorum;

    /// <summary>For writes.</summary>
    public ConsistencyLevel SetConsistency { get; init; } = ConsistencyLevel.LocalQuorum;

    /// <summary>For deletes.</summary>
    public ConsistencyLevel DeleteConsistency { get; init; } = ConsistencyLevel.EachQuorum;

    /// <summary>
    /// True lets a delete complete at LOCAL_QUORUM while a remote data centre is away, to be repeated there later; false fails it,
    /// as Kask does.
    /// </summary>
    public bool DeleteFallback { get; init; } = true;

    /// <summary>The folder that keeps deletes which are to be repeated; null keeps them in memory only.</summary>
    public string? DeletesFolder { get; init; }

    /// <summary>
    /// The longest life of a session, <see cref="SessionTtl.Never"/> for no bound: a delete is repeated for as long, and it is checked
    /// at start against what the cluster keeps.
    /// </summary>
    public SessionTtl MaxTtl { get; init; } = new(7 * 24 * 60 * 60);

    /// <summary>How long a request may take as its operator asked, for a line at start where that is longer than will be.</summary>
    public TimeSpan? DeadlineAsked { get; init; }
}
