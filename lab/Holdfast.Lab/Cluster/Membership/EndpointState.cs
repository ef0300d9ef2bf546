namespace Holdfast.Lab.Cluster.Membership;

/// <summary>Where a node stands in the ring.</summary>
internal enum RingStatus
{
    /// <summary>Receiving its ranges; replicas-to-be get writes, nobody reads from it.</summary>
    Joining,
    Normal,

    /// <summary>Handing its ranges over; still a replica.</summary>
    Leaving,
    Left,
}

/// <summary>What a node tells of itself, as others pass it on.</summary>
internal sealed record EndpointInfo(
    RingStatus Status,
    Guid HostId,
    string Datacenter,
    string Rack,
    IReadOnlyList<long> Tokens,
    Guid SchemaVersion,
    bool RpcReady,
    bool Shutdown);

/// <summary>One endpoint in gossip: a newer generation wins, within one the higher version.</summary>
internal sealed record EndpointState(int Node, long Generation, int Heartbeat, int InfoVersion, EndpointInfo Info)
{
    public int Version => Math.Max(Heartbeat, InfoVersion);

    public bool IsNewerThan(EndpointState other) =>
        Generation > other.Generation || (Generation == other.Generation && Version > other.Version);

    /// <summary>A dead state is never marked up: its owner said goodbye.</summary>
    public bool IsFarewell => Info.Shutdown || Info.Status == RingStatus.Left;
}

/// <summary>What is summed up of an endpoint in the first of gossip's three messages.</summary>
internal readonly record struct GossipDigest(int Node, long Generation, int Version);
