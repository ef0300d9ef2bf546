using Holdfast.Cql;

namespace Holdfast.Configuration;

/// <summary>The section <c>cassandra</c>, as Kask has it.</summary>
public sealed class CassandraOptions
{
    /// <summary><c>hosts</c>: contact points.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = ["localhost"];

    /// <summary><c>port</c> of the native transport.</summary>
    public int Port { get; set; } = 9042;

    /// <summary><c>keyspace</c>.</summary>
    public string Keyspace { get; set; } = "kask";

    /// <summary><c>table</c>.</summary>
    public string Table { get; set; } = "values";

    /// <summary><c>local_dc</c>: the data centre whose coordinators are used; Kask allows it to be missing.</summary>
    public string? LocalDataCenter { get; set; }

    /// <summary><c>query_timeout_ms</c>.</summary>
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromMilliseconds(12_000);

    /// <summary><c>connect_timeout_ms</c>.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromMilliseconds(5_000);

    /// <summary><c>authentication.username</c>.</summary>
    public string? Username { get; set; }

    /// <summary><c>authentication.password</c>: a secret, masked wherever the configuration is shown.</summary>
    public string? Password { get; set; }

    /// <summary><c>tls.ca</c>: a PEM file.</summary>
    public string? TlsCaPath { get; set; }

    /// <summary><c>tls.cert</c>: a PEM file.</summary>
    public string? TlsCertificatePath { get; set; }

    /// <summary><c>tls.key</c>: a PEM file.</summary>
    public string? TlsKeyPath { get; set; }

    /// <summary><c>tls.check_host_name</c>: whether a certificate must name the host that was asked for.</summary>
    public bool TlsCheckHostName { get; set; } = true;

    /// <summary><c>tls.server_name</c>: the name that every host's certificate carries; null for each host's own address.</summary>
    public string? TlsServerName { get; set; }

    /// <summary><c>get_consistency</c>.</summary>
    public ConsistencyLevel GetConsistency { get; set; } = ConsistencyLevel.LocalQuorum;

    /// <summary><c>set_consistency</c>.</summary>
    public ConsistencyLevel SetConsistency { get; set; } = ConsistencyLevel.LocalQuorum;

    /// <summary><c>delete_consistency</c>.</summary>
    public ConsistencyLevel DeleteConsistency { get; set; } = ConsistencyLevel.EachQuorum;

    /// <summary><c>delete_fallback</c>: whether a delete may complete in the local data centre while a remote one is away.</summary>
    public bool DeleteFallback { get; set; } = true;

    /// <summary><c>deletes_path</c>: the folder of deletes that are to be repeated.</summary>
    public string DeletesPath { get; set; } = "holdfast-deletes";

    /// <summary><c>protection</c>: off only to see what a client without it does.</summary>
    public bool Protection { get; set; } = true;
}
