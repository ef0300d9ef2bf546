using Holdfast.Cql.Routing;

namespace Holdfast.Cassandra.Checks;

/// <summary>What was learned of the cluster at start, as far as it decides how long sessions live.</summary>
/// <param name="LocalDataCenter">Where requests go; null while it is not known.</param>
/// <param name="Replication">The keyspace's; null when there is no such keyspace.</param>
/// <param name="GraceSeconds">The table's <c>gc_grace_seconds</c>; null when there is no such table, or it was not told.</param>
/// <param name="TableExists">Null when it was not told.</param>
/// <param name="OldestVersion">The oldest Cassandra among the coordinators, such as <c>4.1.3</c>.</param>
/// <param name="CompatibilityMode">The setting <c>storage_compatibility_mode</c>, which Cassandra 5 has; null where it does not.</param>
/// <param name="ClockOffset">How far the coordinators' clocks are ahead of ours; null while they have not told.</param>
/// <param name="ClockUncertainty">How far that may be off.</param>
internal sealed record ClusterFacts(
    string? LocalDataCenter,
    Replication? Replication,
    int? GraceSeconds,
    bool? TableExists,
    string? OldestVersion,
    string? CompatibilityMode,
    TimeSpan? ClockOffset,
    TimeSpan ClockUncertainty);
