using System.Net;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Topology;

/// <summary>Who is told what the control connection learns. Called under the core's lock.</summary>
internal interface IControlListener
{
    /// <summary>Where to connect next: hosts that are known to be well first, contact points last.</summary>
    IReadOnlyList<IPEndPoint> Candidates();

    /// <summary>A node described the ring; <paramref name="version"/> is the protocol that it speaks.</summary>
    void Learned(TopologyView view, ProtocolVersion version);

    /// <summary>An event: a hint that a host at an address went up or down.</summary>
    void Hinted(IPEndPoint endPoint, bool up);

    /// <summary>A candidate could not be used.</summary>
    void Unreachable(IPEndPoint endPoint, string reason);

    /// <summary>Every candidate was tried in vain: contact points may have other addresses by now.</summary>
    void Exhausted();
}
