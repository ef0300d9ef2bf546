namespace Holdfast.Cql.Health;

/// <summary>
/// The key signal: one coordinator failed a request, and the same request at the same consistency level then succeeded
/// through another.
/// </summary>
/// <param name="Coordinator">The one at fault.</param>
/// <param name="By">The one that served.</param>
/// <param name="Level">The consistency level of both attempts.</param>
/// <param name="ReplicaSet">The replica set of the key.</param>
/// <param name="Kind">How the first attempt failed.</param>
/// <param name="Required">Replicas required, as the failing coordinator said; 0 where it said nothing.</param>
/// <param name="Alive">Replicas alive in its view; 0 where it said nothing.</param>
/// <param name="Sent">When the failed attempt was sent, by the clock of <c>now</c>.</param>
public readonly record struct Contradiction(
    HostId Coordinator, HostId By, ConsistencyLevel Level, ReplicaSetId ReplicaSet, FailureKind Kind, int Required, int Alive,
    TimeSpan Sent);
