namespace Holdfast.Lab.Cluster.Membership;

/// <summary>What a node's process hears of its own membership view, in the order in which it changes.</summary>
internal interface IMembershipListener
{
    /// <summary>The first time, after a restart of the peer, or after a conviction: its echo came back.</summary>
    void PeerUp(int node);

    void PeerDown(int node);

    /// <summary>Anything that the peer tells of itself: ring status, tokens, schema, readiness for CQL.</summary>
    void PeerChanged(int node, EndpointInfo? before, EndpointInfo after);
}
