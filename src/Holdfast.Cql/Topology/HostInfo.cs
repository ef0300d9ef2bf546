using System.Net;

namespace Holdfast.Cql.Topology;

/// <summary>What a node says of itself or of a peer.</summary>
/// <param name="Id">The host's identity.</param>
/// <param name="EndPoint">Where it takes CQL connections.</param>
/// <param name="DataCenter">Its data centre.</param>
/// <param name="Rack">Its rack.</param>
/// <param name="Tokens">The tokens it owns.</param>
/// <param name="ReleaseVersion">The version of its Cassandra.</param>
internal sealed record HostInfo(
    HostId Id, IPEndPoint EndPoint, string DataCenter, string Rack, IReadOnlyList<long> Tokens, string ReleaseVersion)
{
    /// <summary>True when both describe the same host in the same place of the ring.</summary>
    public bool SameAs(HostInfo other) =>
        Id == other.Id && EndPoint.Equals(other.EndPoint) && DataCenter == other.DataCenter && Rack == other.Rack
        && ReleaseVersion == other.ReleaseVersion && Tokens.SequenceEqual(other.Tokens);
}
