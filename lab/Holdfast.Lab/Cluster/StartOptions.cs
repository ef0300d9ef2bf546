namespace Holdfast.Lab.Cluster;

/// <summary>How a process starts: the plain start is Cassandra's default.</summary>
internal sealed record StartOptions
{
    /// <summary>Straight to open with everyone up: the state of a cluster that has run for long.</summary>
    public bool Warm { get; init; }

    /// <summary>Neither settle nor wait for peers: skip_wait_for_gossip_to_settle=0 and block_for_peers_timeout_in_secs=0.</summary>
    public bool SkipWaits { get; init; }

    /// <summary>A lost echo is never asked again, as in some versions: the node stays blind until it restarts.</summary>
    public bool NeverRetriesEcho { get; init; }
}
