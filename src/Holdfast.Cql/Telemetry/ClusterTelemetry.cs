using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;
using Microsoft.Extensions.Logging;

namespace Holdfast.Cql.Telemetry;

/// <summary>
/// What the client counts and logs. Counting is a plain addition under the core's lock; a scrape reads the sums. Log lines are
/// deferred until the lock is released.
/// </summary>
internal sealed class ClusterTelemetry(CoreLock core, IReadOnlyList<CqlStatement> statements, ILogger logger)
{
    public long Retries { get; private set; }

    public long Hedges { get; private set; }

    public long BudgetRefusals { get; private set; }

    public long[] Outcomes { get; } = new long[Enum.GetValues<CqlOutcome>().Length];

    public SortedDictionary<(string Host, string From, string To, string Reason, bool Withheld), long> Transitions { get; } = [];

    public SortedDictionary<(string Host, (ConsistencyLevel Level, FailureKind Kind) Of), long> Contradictions { get; } = [];

    public SortedDictionary<(string Host, bool Passed), long> Probes { get; } = [];

    /// <summary>Receives the latency of probe rounds; set by the meter.</summary>
    public ProbeLatency? ProbeLatency { get; set; }

    public OperationLatency Latency { get; } = new(core, statements);

    public void Retried() => Retries++;

    public void Hedged() => Hedges++;

    public void BudgetEmpty() => BudgetRefusals++;

    public void Ended(int statement, CqlOutcome outcome, TimeSpan took)
    {
        Outcomes[(int)outcome]++;
        Latency.Add(statement, outcome, took);
    }

    public void Contradicted(Coordinator coordinator, in Contradiction contradiction) =>
        Add(Contradictions, (Name(coordinator), (contradiction.Level, contradiction.Kind)));

    public void Probed(Coordinator coordinator, bool passed, TimeSpan latency)
    {
        Add(Probes, (Name(coordinator), passed));
        ProbeLatency?.Record(Name(coordinator), latency);
    }

    /// <summary>Whoever has left the cluster leaves what is counted: however often hosts change their addresses, it stays as small as the cluster.</summary>
    public void Keep(IEnumerable<Coordinator> coordinators)
    {
        HashSet<string> present = [.. coordinators.Select(Name)];
        Prune(Transitions, key => present.Contains(key.Host));
        Prune(Contradictions, key => present.Contains(key.Host));
        Prune(Probes, key => present.Contains(key.Host));
    }

    public void Moved(Coordinator? coordinator, HealthTransition transition, Func<HostId, string> nameOf)
    {
        string host = transition.Coordinator.ToString();
        string address = coordinator is null ? "gone" : Name(coordinator);
        string from = transition.From.ToString();
        string to = transition.To.ToString();
        string reason = transition.Reason.ToString();
        Add(Transitions, (address, from, to, reason, transition.Withheld));
        if (transition.Evidence is not { } evidence)
        {
            // While a host is away it is tried again and again: that is worth a line to whoever looks for it.
            Log(transition.Reason is TransitionReason.Connecting or TransitionReason.ConnectFailed
                ? () => logger.Tried(host, address, from, to, reason)
                : () => logger.Moved(host, address, from, to, reason));
            return;
        }

        string by = evidence.ContradictedBy is { } id ? nameOf(id) : "nobody";
        if (transition.Withheld)
        {
            Log(() => logger.EjectionWithheld(host, address, reason, evidence.Level.ToString(), evidence.Required, evidence.Alive, by));
            return;
        }

        Log(() => logger.Ejected(
            host, address, from, to, reason, evidence.Count, evidence.Within.TotalSeconds, evidence.Level.ToString(), evidence.Required,
            evidence.Alive, by, evidence.ReplicaSet.Value));
    }

    /// <summary>Logs once the lock is released.</summary>
    public void Log(Action write) => core.Defer(new DeferredCall(write));

    public static string Name(Coordinator coordinator) => coordinator.Host.EndPoint.ToString();

    private static void Prune<TKey>(SortedDictionary<TKey, long> counts, Func<TKey, bool> stays)
        where TKey : notnull
    {
        foreach (TKey gone in counts.Keys.Where(key => !stays(key)).ToList())
        {
            counts.Remove(gone);
        }
    }

    private static void Add<TKey>(SortedDictionary<TKey, long> counts, TKey key)
        where TKey : notnull =>
        counts[key] = counts.GetValueOrDefault(key) + 1;
}
