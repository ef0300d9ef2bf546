using Holdfast.Lab.Cluster.Internode;

namespace Holdfast.Lab.Cluster.Membership;

/// <summary>Digests of everything the sender knows; empty in a shadow round, which asks for everything.</summary>
internal sealed record GossipSyn(IReadOnlyList<GossipDigest> Digests) : InternodeMessage
{
    public override Verb Verb => Verb.GossipDigestSyn;
}

/// <summary>What the answering node knows better, and what it asks for.</summary>
internal sealed record GossipAck(IReadOnlyList<GossipDigest> Wanted, IReadOnlyList<EndpointState> States) : InternodeMessage
{
    public override Verb Verb => Verb.GossipDigestAck;
}

internal sealed record GossipAck2(IReadOnlyList<EndpointState> States) : InternodeMessage
{
    public override Verb Verb => Verb.GossipDigestAck2;
}

/// <summary>The sender leaves on purpose; believed at once.</summary>
internal sealed record GossipShutdown : InternodeMessage
{
    public override Verb Verb => Verb.GossipShutdown;
}

internal sealed record EchoRequest : InternodeMessage
{
    public override Verb Verb => Verb.EchoRequest;
}

internal sealed record EchoResponse : InternodeMessage
{
    public override Verb Verb => Verb.EchoResponse;
}
