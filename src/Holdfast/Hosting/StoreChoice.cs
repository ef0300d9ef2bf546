using System.Diagnostics.Metrics;
using Holdfast.Cassandra;
using Holdfast.Configuration;
using Holdfast.Cql;
using Holdfast.Cql.Health;
using Holdfast.Cql.Transport;
using Holdfast.Embedded;
using Holdfast.Sessions;

namespace Holdfast.Hosting;

/// <summary>From the configuration to the store that it asks for.</summary>
internal static class StoreChoice
{
    /// <summary>Opens the embedded store, or begins to connect to the cluster.</summary>
    public static ISessionStore Open(HoldfastOptions options, TimeProvider time, IServiceProvider services)
    {
        var loggers = services.GetRequiredService<ILoggerFactory>();
        if (options.Storage.Engine == StorageEngine.Embedded)
        {
            return EmbeddedSessionStore.Open(
                options.Storage.Embedded, time, loggers.CreateLogger<EmbeddedSessionStore>(), services.GetRequiredService<IMeterFactory>());
        }

        var cassandra = options.Cassandra ?? new CassandraOptions();
        return new CassandraSessionStore(
            Sessions(options, cassandra), Cluster(options, cassandra), time, loggers, services.GetRequiredService<IMeterFactory>());
    }

    /// <summary>What is kept where and at which levels, as the configuration has it.</summary>
    public static CassandraStoreOptions Sessions(HoldfastOptions options, CassandraOptions cassandra) => new()
    {
        Keyspace = cassandra.Keyspace,
        Table = cassandra.Table,
        GetConsistency = cassandra.GetConsistency,
        SetConsistency = cassandra.SetConsistency,
        DeleteConsistency = cassandra.DeleteConsistency,
        DeleteFallback = cassandra.DeleteFallback,
        DeletesFolder = cassandra.DeletesPath,
        MaxTtl = options.Limits.MaxTtl,
        DeadlineAsked = cassandra.QueryTimeout,
    };

    /// <summary>The client's options, as the configuration has them.</summary>
    public static CqlClusterOptions Cluster(HoldfastOptions options, CassandraOptions cassandra)
    {
        var longest = new CqlClusterOptions { ContactPoints = [], Keyspace = cassandra.Keyspace }.Deadline;
        return new CqlClusterOptions
        {
            ContactPoints = cassandra.Hosts,
            Port = cassandra.Port,
            LocalDataCenter = cassandra.LocalDataCenter,
            Keyspace = cassandra.Keyspace,
            Username = cassandra.Username,
            Password = cassandra.Password,
            Tls = cassandra.TlsCaPath is null ? null : new CqlTlsOptions
            {
                CertificateAuthorityPath = cassandra.TlsCaPath,
                CertificatePath = cassandra.TlsCertificatePath,
                KeyPath = cassandra.TlsKeyPath,
                CheckHostName = cassandra.TlsCheckHostName,
                ServerName = cassandra.TlsServerName,
            },
            ConnectTimeout = cassandra.ConnectTimeout,

            // MediaWiki gives up at three seconds: a longer time than ours helps nobody, a shorter one is respected.
            Deadline = cassandra.QueryTimeout < longest ? cassandra.QueryTimeout : longest,
            Health = new HealthOptions { Observe = options.Health.Mode == HealthMode.Observe },
            Protection = cassandra.Protection,
            Instance = $"{Environment.MachineName}:{Environment.ProcessId}",
        };
    }
}
