namespace Holdfast.Lab.Cluster.Membership;

/// <summary>
/// Cassandra 4.0's defaults; the start-up times are chosen so that the whole matches what was measured: CQL opens 15 to 18 s
/// after a start, 47 to 64 s when no peer answers.
/// </summary>
internal sealed record MembershipTimings
{
    public TimeSpan GossipInterval { get; init; } = TimeSpan.FromSeconds(1);

    public double PhiConvictThreshold { get; init; } = 8;

    /// <summary>Process start to the first packet: the JVM, the commit log's replay.</summary>
    public TimeSpan BootMin { get; init; } = TimeSpan.FromSeconds(7);

    public TimeSpan BootMax { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>How long a start asks its peers for the ring before it goes on with what it saved.</summary>
    public TimeSpan ShadowRoundMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Five seconds at least, then three quiet polls. Zero is Cassandra's skip_wait_for_gossip_to_settle=0.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Zero is block_for_peers_timeout_in_secs=0.</summary>
    public TimeSpan WaitForPeersMax { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan OpenCqlMin { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan OpenCqlMax { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>From the start of gossip to CQL when nothing waits: the rest of the start.</summary>
    public TimeSpan RestOfStart { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>When a lost echo is asked again; null is the versions that never do.</summary>
    public TimeSpan? EchoRetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a joining or leaving node streams.</summary>
    public TimeSpan Streaming { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A new node waits this long for its tokens to be known before it streams; Cassandra's ring delay.</summary>
    public TimeSpan RingDelay { get; init; } = TimeSpan.FromSeconds(30);
}
