using Holdfast.Configuration.Values;
using Holdfast.Cql;
using Holdfast.Embedded;
using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;

namespace Holdfast.Configuration;

/// <summary>
/// Every setting there is. Reading files and environment variables, the check for unknown keys, <c>config show</c> and
/// the reference page all follow this table; the defaults are those of the options classes. Lives in this folder: what
/// can be configured, and the way from a file to <see cref="HoldfastOptions"/>.
/// </summary>
internal static class SettingTable
{
    private const int Kibibyte = 1024;
    private const int Mebibyte = 1024 * Kibibyte;

    /// <summary>In the order in which a person reads them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Service(), .. Storage(), .. Limits(), .. Running(), .. Workload(), .. Telemetry(), .. Cassandra(), .. Replicas()];

    /// <summary>By path.</summary>
    public static IReadOnlyDictionary<string, Setting> ByPath { get; } = All.ToDictionary(setting => setting.Path, StringComparer.Ordinal);

    /// <summary>The paths of all sections.</summary>
    public static IReadOnlySet<string> Sections { get; } = All.SelectMany(setting => setting.Sections).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<Setting> Service() =>
    [
        new Setting<string>("service_name", new Text("a name", text => text.Length > 0),
            o => o.Service.ServiceName, (o, v) => o.Service.ServiceName = v,
            "The service's name, as the field `appname` of every log line.") { IsKasks = true },
        new Setting<string>("base_uri", new Text("a path of printable ASCII without '?', '#' or spaces", IsPath),
            o => o.Service.BaseUri, (o, v) => o.Service.BaseUri = WithSlashes(v),
            "The path before the key. A slash is added before and after where it is missing.") { IsKasks = true },
        new Setting<string>("listen_address", new Text("an IP address or a host name; empty for all addresses", IsHostOrEmpty),
            o => o.Service.ListenAddress, (o, v) => o.Service.ListenAddress = v,
            "Where sessions are served.") { IsKasks = true },
        new Setting<int>("listen_port", new WholeNumber(0, 65_535),
            o => o.Service.ListenPort, (o, v) => o.Service.ListenPort = v,
            "The port of `listen_address`; 0 takes any free one.") { IsKasks = true },
        new Setting<Sessions.SessionTtl>("default_ttl", new TtlSeconds("never expires"),
            o => o.Service.DefaultTtl, (o, v) => o.Service.DefaultTtl = v,
            "How long a session lives when its request does not say.") { IsKasks = true },
        new Setting<LogLevel>("log_level",
            new Choice<LogLevel>(("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning),
                ("error", LogLevel.Error), ("fatal", LogLevel.Critical)),
            o => o.Service.LogLevel, (o, v) => o.Service.LogLevel = v,
            "The least severe log line that is written.") { IsKasks = true },
        new Setting<string?>("openapi_spec", new OptionalText("a file's path"),
            o => o.Service.OpenApiSpec, (o, v) => o.Service.OpenApiSpec = v,
            "Accepted so that Kask's files work, and not read: `/openapi` is built from the code.") { IsKasks = true },
        new Setting<string?>("tls.cert", new OptionalText("a PEM file's path"),
            o => o.Service.TlsCertificatePath, (o, v) => o.Service.TlsCertificatePath = v,
            "The server's certificate chain; with `tls.key`, sessions are served over HTTPS.") { IsKasks = true },
        new Setting<string?>("tls.key", new OptionalText("a PEM file's path"),
            o => o.Service.TlsKeyPath, (o, v) => o.Service.TlsKeyPath = v,
            "The certificate's private key.") { IsKasks = true },
    ];

    private static IEnumerable<Setting> Storage() =>
    [
        new Setting<StorageEngine>("storage.engine",
            new Choice<StorageEngine>(("embedded", StorageEngine.Embedded), ("cassandra", StorageEngine.Cassandra)),
            o => o.Storage.Engine, (o, v) => o.Storage.Engine = v,
            "Where sessions are kept. When it is not set: `cassandra` if the file has a section `cassandra`, else `embedded`."),
        new Setting<string>("storage.embedded.path", new Text("a folder's path", text => text.Length > 0),
            o => o.Storage.Embedded.Path, (o, v) => o.Storage.Embedded.Path = v,
            "The folder that holds the data, created when absent. A relative path starts at the working directory."),
        new Setting<Durability>("storage.embedded.durability",
            new Choice<Durability>(("sync", Durability.Sync), ("relaxed", Durability.Relaxed)),
            o => o.Storage.Embedded.Durability, (o, v) => o.Storage.Embedded.Durability = v,
            "`sync`: an acknowledged write survives a power cut. `relaxed`: it survives the process; a power cut loses at most the last `relaxed_sync_interval` and the sync under way."),
        new Setting<TimeSpan>("storage.embedded.relaxed_sync_interval", new Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)),
            o => o.Storage.Embedded.RelaxedSyncInterval, (o, v) => o.Storage.Embedded.RelaxedSyncInterval = v,
            "How often `relaxed` brings the log to the disk."),
        new Setting<long>("storage.embedded.min_free_bytes", new Bytes(0, 1L << 50),
            o => o.Storage.Embedded.MinFreeBytes, (o, v) => o.Storage.Embedded.MinFreeBytes = v,
            "With less free space than this, writes are answered 507; reads and deletes go on."),
        new Setting<long>("storage.embedded.cache_bytes", new Bytes(Mebibyte, 1L << 40),
            o => o.Storage.Embedded.CacheBytes, (o, v) => o.Storage.Embedded.CacheBytes = v,
            "Memory for values that are read often."),
        new Setting<int>("storage.embedded.max_queued_writes", new WholeNumber(1, 1_000_000),
            o => o.Storage.Embedded.MaxQueuedWrites, (o, v) => o.Storage.Embedded.MaxQueuedWrites = v,
            "Writes that may wait for the disk at one time; further ones are answered 503."),
    ];

    private static IEnumerable<Setting> Limits() =>
    [
        new Setting<int>("limits.max_value_bytes", new SmallBytes(1, 256 * Mebibyte),
            o => o.Limits.MaxValueBytes, (o, v) => o.Limits.MaxValueBytes = v,
            "The largest value; a larger body is answered 413."),
        new Setting<int>("limits.max_key_bytes", new SmallBytes(1, 2 * Kibibyte),
            o => o.Limits.MaxKeyBytes, (o, v) => o.Limits.MaxKeyBytes = v,
            "The longest key, in bytes of UTF-8; a longer one is answered 400."),
        new Setting<Sessions.SessionTtl>("limits.max_ttl", new TtlSeconds("no bound, and never expiring is allowed"),
            o => o.Limits.MaxTtl, (o, v) => o.Limits.MaxTtl = v,
            "The longest life that a request may ask for with `Holdfast-TTL`. When it is not set, a longer `default_ttl` raises it."),
        new Setting<int>("limits.max_connections", new WholeNumber(1, 1_000_000),
            o => o.Limits.MaxConnections, (o, v) => o.Limits.MaxConnections = v,
            "Client connections open at one time; further ones are closed at once."),
    ];

    private static IEnumerable<Setting> Running() =>
    [
        new Setting<bool>("readiness.require_backend", new TruthValue(),
            o => o.Readiness.RequireBackend, (o, v) => o.Readiness.RequireBackend = v,
            "Whether `/readyz` also says 503 when the storage fails later. Without it, only until the storage has first answered."),
        new Setting<TimeSpan>("shutdown.drain", new Duration(TimeSpan.Zero, TimeSpan.FromHours(1)),
            o => o.Shutdown.Drain, (o, v) => o.Shutdown.Drain = v,
            "After SIGTERM, how long new requests are still served while `/readyz` says 503."),
        new Setting<TimeSpan>("shutdown.timeout", new Duration(TimeSpan.Zero, TimeSpan.FromHours(1)),
            o => o.Shutdown.Timeout, (o, v) => o.Shutdown.Timeout = v,
            "After the drain, how long requests in flight may take before they are cut."),
        new Setting<TimeSpan>("canary.interval", new Duration(TimeSpan.Zero, TimeSpan.FromHours(1)),
            o => o.Canary.Interval, (o, v) => o.Canary.Interval = v,
            "How often an entry of the service's own is written, read, compared and deleted through each coordinator; `0s` for never. The alert CanaryFailing looks back two minutes: with more than one minute here it may miss what fails."),
        new Setting<TimeSpan>("session_loss.sentinel_interval", new Duration(TimeSpan.Zero, TimeSpan.FromHours(1)),
            o => o.SessionLoss.SentinelInterval, (o, v) => o.SessionLoss.SentinelInterval = v,
            "How often a session of the service's own is written, to be found again until it expires; `0s` for never."),
        new Setting<long>("session_loss.memory_bytes", new Bytes(0, 1L << 30),
            o => o.SessionLoss.MemoryBytes, (o, v) => o.SessionLoss.MemoryBytes = v,
            "Memory to remember what this instance wrote: a read that misses it is made again at a stronger level. 8 bytes a session, rounded down to a power of two; less than 64 for none."),
        new Setting<string>("events.path", new Text("a folder's path", _ => true),
            o => o.Events.Path, (o, v) => o.Events.Path = v,
            "The folder of the log of events that `holdfast report` drafts reviews from. When it is not set: beside the data, `storage.embedded.path` or `cassandra.deletes_path` with `-events` behind. Empty: no log."),
        new Setting<long>("events.max_bytes", new Bytes(Mebibyte, 1L << 30),
            o => o.Events.MaxBytes, (o, v) => o.Events.MaxBytes = v,
            "What that log may take on the disk; the oldest of it makes room."),
        new Setting<bool>("admin.only", new TruthValue(),
            o => o.Admin.Only, (o, v) => o.Admin.Only = v,
            "Whether `/healthz`, `/readyz`, `/metrics` and `/openapi` answer on the admin listener alone."),
        new Setting<string>("admin.listen_address", new Text("an IP address or a host name", IsHost),
            o => o.Admin.ListenAddress, (o, v) => o.Admin.ListenAddress = v,
            "Where operators' requests are served. Whoever reaches it can copy every session: keep it on loopback."),
        new Setting<int>("admin.listen_port", new WholeNumber(0, 65_535),
            o => o.Admin.ListenPort, (o, v) => o.Admin.ListenPort = v,
            "The port of `admin.listen_address`; 0 takes any free one."),
    ];

    private static IEnumerable<Setting> Workload() =>
    [
        new Setting<bool>("workload.enabled", new TruthValue(),
            o => o.Workload.Enabled, (o, v) => o.Workload.Enabled = v,
            "Whether requests are counted by namespace, for `/metrics`, `holdfast top` and quotas."),
        new Setting<char>("workload.separator", new Character(),
            o => o.Workload.Separator, (o, v) => o.Workload.Separator = v,
            "A key's namespace is what stands before the last one of these."),
        new Setting<string>("workload.pattern",
            new Text("a regular expression with a group, without lookarounds and back-references, of at most 256 characters; empty for the separator", WorkloadOptions.IsPattern),
            o => o.Workload.Pattern, (o, v) => o.Workload.Pattern = v,
            "Instead of the separator: the first group's match within the key is its namespace. `\"^[^:]*:([^:]*):\"` counts all wikis' `WIKI:MWSession:ID` as `MWSession`."),
        new Setting<IReadOnlyDictionary<string, QuotaLimit>>("quota.namespaces", new QuotaMap(),
            o => o.Quota.Namespaces, (o, v) => o.Quota.Namespaces = v,
            "How much each namespace may write on one instance; more is counted and makes a ticket."),
        new Setting<QuotaLimit>("quota.default", new QuotaText(),
            o => o.Quota.Default, (o, v) => o.Quota.Default = v,
            "The same for each namespace that is not named, but not for `none` and `other`."),
        new Setting<bool>("quota.enforce", new TruthValue(),
            o => o.Quota.Enforce, (o, v) => o.Quota.Enforce = v,
            "Whether writes beyond a quota are answered 429, if their key is there and was rewritten at least once a second. Never a first write, a read or a delete."),
    ];

    private static IEnumerable<Setting> Telemetry() =>
    [
        new Setting<Uri?>("telemetry.otlp_endpoint", new OptionalHttpUri(),
            o => o.Telemetry.OtlpEndpoint, (o, v) => o.Telemetry.OtlpEndpoint = v,
            "The OpenTelemetry collector that metrics and traces are sent to, beside `/metrics`. With `http/protobuf`, `/v1/metrics` and `/v1/traces` are added to its path."),
        new Setting<OtlpProtocol>("telemetry.otlp_protocol",
            new Choice<OtlpProtocol>(("http/protobuf", OtlpProtocol.HttpProtobuf), ("grpc", OtlpProtocol.Grpc)),
            o => o.Telemetry.OtlpProtocol, (o, v) => o.Telemetry.OtlpProtocol = v,
            "How the collector is spoken to."),
        new Setting<string?>("telemetry.otlp_headers", new OptionalText(HeaderList.Description, HeaderList.IsWellFormed),
            o => o.Telemetry.OtlpHeaders, (o, v) => o.Telemetry.OtlpHeaders = v,
            "Sent with every export: what the collector wants to know who we are.") { IsSecret = true },
        new Setting<double>("telemetry.trace_sample_ratio", new Fraction(),
            o => o.Telemetry.TraceSampleRatio, (o, v) => o.Telemetry.TraceSampleRatio = v,
            "The share of requests without a `traceparent` whose trace is recorded; with one, its sampled flag decides."),
    ];

    private static IEnumerable<Setting> Cassandra() =>
    [
        new Setting<IReadOnlyList<string>>("cassandra.hosts", new TextList("one or more host names or addresses", IsHost),
            o => In(o).Hosts, (o, v) => Of(o).Hosts = v, "Contact points of the cluster.") { IsKasks = true },
        new Setting<int>("cassandra.port", new WholeNumber(1, 65_535),
            o => In(o).Port, (o, v) => Of(o).Port = v, "The port of the native transport.") { IsKasks = true },
        new Setting<string>("cassandra.keyspace", new Text("a name of letters, digits and underscores, at most 48", IsIdentifier),
            o => In(o).Keyspace, (o, v) => Of(o).Keyspace = v, "The keyspace of the table.") { IsKasks = true },
        new Setting<string>("cassandra.table", new Text("a name of letters, digits and underscores, at most 48", IsIdentifier),
            o => In(o).Table, (o, v) => Of(o).Table = v, "The table that holds the sessions.") { IsKasks = true },
        new Setting<string?>("cassandra.local_dc", new OptionalText("a data centre's name"),
            o => In(o).LocalDataCenter, (o, v) => Of(o).LocalDataCenter = v, "The data centre whose coordinators are used.") { IsKasks = true },
        new Setting<TimeSpan>("cassandra.query_timeout_ms", new Milliseconds(1, 3_600_000),
            o => In(o).QueryTimeout, (o, v) => Of(o).QueryTimeout = v, "How long one query may take.") { IsKasks = true },
        new Setting<TimeSpan>("cassandra.connect_timeout_ms", new Milliseconds(1, 3_600_000),
            o => In(o).ConnectTimeout, (o, v) => Of(o).ConnectTimeout = v, "How long connecting may take.") { IsKasks = true },
        new Setting<string?>("cassandra.authentication.username", new OptionalText("a name"),
            o => In(o).Username, (o, v) => Of(o).Username = v, "The user to log in as; together with the password.") { IsKasks = true },
        new Setting<string?>("cassandra.authentication.password", new OptionalText("a password"),
            o => In(o).Password, (o, v) => Of(o).Password = v, "The user's password.") { IsKasks = true, IsSecret = true },
        new Setting<string?>("cassandra.tls.ca", new OptionalText("a PEM file's path"),
            o => In(o).TlsCaPath, (o, v) => Of(o).TlsCaPath = v, "The authority that signed the cluster's certificates.") { IsKasks = true },
        new Setting<string?>("cassandra.tls.cert", new OptionalText("a PEM file's path"),
            o => In(o).TlsCertificatePath, (o, v) => Of(o).TlsCertificatePath = v, "The client's certificate; together with its key.") { IsKasks = true },
        new Setting<string?>("cassandra.tls.key", new OptionalText("a PEM file's path"),
            o => In(o).TlsKeyPath, (o, v) => Of(o).TlsKeyPath = v, "The client's private key.") { IsKasks = true },
    ];

    private static IEnumerable<Setting> Replicas() =>
    [
        new Setting<bool>("cassandra.tls.check_host_name", new TruthValue(),
            o => In(o).TlsCheckHostName, (o, v) => Of(o).TlsCheckHostName = v,
            "Whether a host's certificate must name its address."),
        new Setting<string?>("cassandra.tls.server_name", new OptionalText("a host name"),
            o => In(o).TlsServerName, (o, v) => Of(o).TlsServerName = v,
            "The name that the certificates of all hosts carry, where they do not carry addresses: it is asked for and checked instead."),
        new Setting<ConsistencyLevel>("cassandra.get_consistency", Levels(),
            o => In(o).GetConsistency, (o, v) => Of(o).GetConsistency = v, "How many replicas must answer a read."),
        new Setting<ConsistencyLevel>("cassandra.set_consistency", Levels(),
            o => In(o).SetConsistency, (o, v) => Of(o).SetConsistency = v, "How many replicas must acknowledge a write."),
        new Setting<ConsistencyLevel>("cassandra.delete_consistency", Levels(),
            o => In(o).DeleteConsistency, (o, v) => Of(o).DeleteConsistency = v, "How many replicas must acknowledge a delete."),
        new Setting<bool>("cassandra.delete_fallback", new TruthValue(),
            o => In(o).DeleteFallback, (o, v) => Of(o).DeleteFallback = v,
            "Whether a delete completes at `local_quorum` while a remote data centre is away, and is repeated there later. Off: it fails, as Kask's does."),
        new Setting<string>("cassandra.deletes_path", new Text("a folder's path", text => text.Length > 0),
            o => In(o).DeletesPath, (o, v) => Of(o).DeletesPath = v,
            "The folder that keeps deletes which are yet to reach a data centre that is away; created when absent. They hold keys: only the owner may read it."),
        new Setting<bool>("cassandra.protection", new TruthValue(),
            o => In(o).Protection, (o, v) => Of(o).Protection = v,
            "Retries, ejection, probes, hedging and waiting. Off only to see, in the lab, what a client without them does."),
        new Setting<HealthMode>("health.mode", new Choice<HealthMode>(("act", HealthMode.Act), ("observe", HealthMode.Observe)),
            o => o.Health.Mode, (o, v) => o.Health.Mode = v,
            "`act`: sick coordinators are left until they have proved themselves. `observe`: all is decided and reported, nothing done."),
    ];

    private static Choice<ConsistencyLevel> Levels() => new(
        ("one", ConsistencyLevel.One), ("two", ConsistencyLevel.Two), ("three", ConsistencyLevel.Three),
        ("quorum", ConsistencyLevel.Quorum), ("all", ConsistencyLevel.All), ("local_quorum", ConsistencyLevel.LocalQuorum),
        ("each_quorum", ConsistencyLevel.EachQuorum), ("local_one", ConsistencyLevel.LocalOne));

    private static CassandraOptions In(HoldfastOptions options) => options.Cassandra ?? new CassandraOptions();

    /// <summary>Setting any key of the section makes the section.</summary>
    private static CassandraOptions Of(HoldfastOptions options) => options.Cassandra ??= new CassandraOptions();

    private static string WithSlashes(string path)
    {
        var closed = path.EndsWith('/') ? path : path + "/";
        return closed.StartsWith('/') ? closed : "/" + closed;
    }

    private static bool IsPath(string text) => text.Length <= 1024 && text.All(letter => letter is > ' ' and < '\x7f' and not ('?' or '#'));

    private static bool IsHostOrEmpty(string text) => text.Length == 0 || IsHost(text);

    private static bool IsHost(string text) =>
        text.Length is > 0 and <= 255 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or ':' or '[' or ']' or '%');

    private static bool IsIdentifier(string text) =>
        text.Length is > 0 and <= 48 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_');
}
