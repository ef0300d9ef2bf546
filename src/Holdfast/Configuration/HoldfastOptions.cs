using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;

namespace Holdfast.Configuration;

/// <summary>The whole configuration, typed: Kask's keys at the top level, Holdfast's own sections beside them.</summary>
public sealed class HoldfastOptions
{
    /// <summary>Kask's top-level keys: name, base URI, listener, default TTL, log level, TLS.</summary>
    public ServiceOptions Service { get; set; } = new();

    /// <summary>The section <c>storage</c>: where sessions are kept.</summary>
    public StorageOptions Storage { get; set; } = new();

    /// <summary>The section <c>limits</c>: what one request may ask for.</summary>
    public LimitsOptions Limits { get; set; } = new();

    /// <summary>The section <c>readiness</c>: what makes the service say that it is ready.</summary>
    public ReadinessOptions Readiness { get; set; } = new();

    /// <summary>The section <c>shutdown</c>: how the service leaves.</summary>
    public ShutdownOptions Shutdown { get; set; } = new();

    /// <summary>The section <c>health</c>: whether coordinators are ejected, or only watched.</summary>
    public CoordinatorHealthOptions Health { get; set; } = new();

    /// <summary>The section <c>canary</c>: what is written and read to see whether it can be.</summary>
    public CanaryOptions Canary { get; set; } = new();

    /// <summary>The section <c>session_loss</c>: how it is found out that a session is gone before its time.</summary>
    public SessionLossOptions SessionLoss { get; set; } = new();

    /// <summary>The section <c>workload</c>: whether requests are counted by namespace, and how namespaces are told apart.</summary>
    public WorkloadOptions Workload { get; set; } = new();

    /// <summary>The section <c>quota</c>: how much a namespace may write.</summary>
    public QuotaOptions Quota { get; set; } = new();

    /// <summary>The section <c>events</c>: the log that incident reports are drafted from.</summary>
    public EventsOptions Events { get; set; } = new();

    /// <summary>The section <c>telemetry</c>: where metrics and traces are sent, beside what is scraped.</summary>
    public TelemetryOptions Telemetry { get; set; } = new();

    /// <summary>The section <c>admin</c>: the operators' listener.</summary>
    public AdminOptions Admin { get; set; } = new();

    /// <summary>The section <c>cassandra</c>, as Kask has it; null when the file has none.</summary>
    public CassandraOptions? Cassandra { get; set; }
}
