namespace Holdfast.Cql.Health;

/// <summary>What a transition rests on: one log line can be written from it.</summary>
/// <param name="Level">The consistency level of the last request that counted.</param>
/// <param name="ReplicaSet">The replica set it was for.</param>
/// <param name="Required">How many replicas the level requires, as the coordinator said; 0 where it said nothing.</param>
/// <param name="Alive">How many the coordinator believed to be alive; 0 where it said nothing.</param>
/// <param name="ContradictedBy">The coordinator that served the same request; null where none did.</param>
/// <param name="Count">How many such events were counted.</param>
/// <param name="Within">The time they were counted over.</param>
public readonly record struct Evidence(
    ConsistencyLevel Level,
    ReplicaSetId ReplicaSet,
    int Required,
    int Alive,
    HostId? ContradictedBy,
    int Count,
    TimeSpan Within);
