using Holdfast.Cql.Health;
using Holdfast.Cql.Transport;

namespace Holdfast.Cql;

/// <summary>Which cluster, how to reach it, and every limit of the client.</summary>
public sealed record CqlClusterOptions
{
    /// <summary>Host names or addresses to begin with; at least one.</summary>
    public required IReadOnlyList<string> ContactPoints { get; init; }

    /// <summary>The port of contact points, and of hosts that tell none; 1 to 65535.</summary>
    public int Port { get; init; } = 9042;

    /// <summary>The data centre whose hosts are coordinators; null takes the one of the first contact point that answers.</summary>
    public string? LocalDataCenter { get; init; }

    /// <summary>The keyspace whose replication decides which coordinators are replicas of a key.</summary>
    public required string Keyspace { get; init; }

    /// <summary>For PasswordAuthenticator; null for none.</summary>
    public string? Username { get; init; }

    /// <summary>Its password: a secret.</summary>
    public string? Password { get; init; }

    /// <summary>TLS; null for none.</summary>
    public CqlTlsOptions? Tls { get; init; }

    /// <summary>The newest protocol version to offer, 4 or 5.</summary>
    public int ProtocolVersionMax { get; init; } = 5;

    /// <summary>
    /// For TCP and TLS together; the whole way to a prepared connection has <see cref="HealthOptions.ConnectTimeout"/>, or this one where
    /// it is longer.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    internal TimeSpan ReadyWithin => ConnectTimeout > Health.ConnectTimeout ? ConnectTimeout : Health.ConnectTimeout;

    /// <summary>How long one request may take, all attempts together.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The numbers of coordinator health.</summary>
    public HealthOptions Health { get; init; } = new();

    /// <summary>
    /// False switches off retries, ejection, probes, hedging and waiting: what a client without them does, for falsification
    /// only.
    /// </summary>
    public bool Protection { get; init; } = true;

    /// <summary>The read that probes are made with; its only value is the key. Null: no probes, no protection.</summary>
    public CqlStatement? Probe { get; init; }

    /// <summary>What is put into every probe's key, so that instances do not read each other's; not a secret.</summary>
    public string Instance { get; init; } = "holdfast";

    /// <summary>Requests at the same time; one more is answered as overloaded.</summary>
    public int RequestsMax { get; init; } = 16_384;

    /// <summary>Requests one connection may have out.</summary>
    public int InFlightMax { get; init; } = 2_048;

    /// <summary>Bytes that may wait to be sent on one connection before it takes no more requests.</summary>
    public int OutputBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Requests that may wait while nobody can serve their range.</summary>
    public int WaitersMax { get; init; } = 8_192;

    /// <summary>Bytes of values that may wait while nobody can serve their range.</summary>
    public long WaitingBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>The largest answer that is taken; a larger one ends the connection.</summary>
    public int EnvelopeBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Coordinators that this instance keeps connections to; of more, a subset.</summary>
    public int CoordinatorsMax { get; init; } = 128;

    /// <summary>
    /// True runs whoever waits for a request on the thread that received its answer: for a simulation, whose only thread it is.
    /// </summary>
    public bool CompleteInline { get; init; }
}
