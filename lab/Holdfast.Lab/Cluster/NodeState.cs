namespace Holdfast.Lab.Cluster;

/// <summary>Where a node's process stands; what its peers believe is theirs.</summary>
internal enum NodeState
{
    Down,
    Booting,

    /// <summary>Asks its peers for the ring before it says anything of itself.</summary>
    ShadowRound,

    /// <summary>Gossips and learns; marks nobody up yet.</summary>
    Settling,
    WaitingForPeers,
    Joining,

    /// <summary>CQL is open.</summary>
    Open,
    Paused,
    Stopping,
}
