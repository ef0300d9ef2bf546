using System.Net;

namespace Holdfast.Cql.Connections;

/// <summary>What all connections of a cluster have in common.</summary>
internal sealed record ConnectionOptions
{
    /// <summary>How long nothing may be received before the server is asked whether it is there.</summary>
    public static readonly TimeSpan HeartbeatAfter = TimeSpan.FromSeconds(5);

    /// <summary>How long its answer may take: a peer that is gone without a word is noticed within 7 s.</summary>
    public static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long a server may still be at work on a request that was given up: Cassandra's own longest timeout for one is 10 s.</summary>
    public static readonly TimeSpan OrphanWorksFor = TimeSpan.FromSeconds(10);

    /// <summary>For a test alone: see <see cref="StreamTable{T}"/>.</summary>
    public bool ReuseOrphans { get; init; }

    /// <summary>For a test alone: false asks no silent server whether it is there.</summary>
    public bool Heartbeats { get; init; } = true;

    public required IReadOnlyList<CqlStatement> Statements { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public int InFlightMax { get; init; } = 2_048;

    public int OutputBytesMax { get; init; } = 8 * 1024 * 1024;

    public int EnvelopeBytesMax { get; init; } = 32 * 1024 * 1024;
}

/// <summary>What one connection is for.</summary>
/// <param name="EndPoint">Where to.</param>
/// <param name="Version">The protocol version to open with.</param>
/// <param name="IsControl">Registers for events and prepares nothing.</param>
internal sealed record ConnectionPurpose(IPEndPoint EndPoint, Protocol.ProtocolVersion Version, bool IsControl);
