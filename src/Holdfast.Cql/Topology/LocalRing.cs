using Holdfast.Cql.Routing;

namespace Holdfast.Cql.Topology;

/// <summary>The ring of one data centre: only its replicas matter to a local quorum, and each data centre's are placed on their own.</summary>
internal static class LocalRing
{
    /// <param name="members">The data centre's hosts.</param>
    /// <param name="dataCenter">Its name.</param>
    /// <param name="told">The keyspace's replication; null while no node has told it.</param>
    public static TokenRing Of(IEnumerable<HostInfo> members, string dataCenter, Replication? told)
    {
        Replication replication = told is { SimpleFactor: > 0 }
            ? told
            : new Replication(
                new Dictionary<string, int> { [dataCenter] = told?.FactorByDataCenter.GetValueOrDefault(dataCenter, 1) ?? 1 }, 0);
        return TokenRing.Build(members.Select(host => new RingMember(host.Id, host.DataCenter, host.Rack, host.Tokens)), replication);
    }
}
