using Holdfast.Cql.Routing;

namespace Holdfast.Cql.Topology;

/// <summary>The ring as one node describes it.</summary>
/// <param name="Self">The node that was asked.</param>
/// <param name="Peers">The others it knows of.</param>
/// <param name="Replication">How the keyspace is replicated; null while it does not exist or cannot be understood.</param>
internal sealed record TopologyView(HostInfo Self, IReadOnlyList<HostInfo> Peers, Replication? Replication)
{
    public IEnumerable<HostInfo> Hosts => Peers.Prepend(Self);
}
