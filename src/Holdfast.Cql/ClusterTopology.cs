using Holdfast.Cql.Routing;

namespace Holdfast.Cql;

/// <summary>The cluster as its nodes tell it, at one moment.</summary>
/// <param name="DataCenters">Every data centre's name.</param>
/// <param name="Hosts">How many hosts there are, in all of them.</param>
/// <param name="Replication">The keyspace's; null when it does not exist, or is replicated in a way that is not known here.</param>
public sealed record ClusterTopology(IReadOnlyList<string> DataCenters, int Hosts, Replication? Replication);
