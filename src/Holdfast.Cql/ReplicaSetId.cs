namespace Holdfast.Cql;

/// <summary>
/// One distinct set of replicas of the ring, by number. Evidence is kept per replica set and never per key: a coordinator
/// may be blind to some of its peers only.
/// </summary>
/// <param name="Value">Zero or more; the ring that interned the set knows its members.</param>
public readonly record struct ReplicaSetId(int Value);
