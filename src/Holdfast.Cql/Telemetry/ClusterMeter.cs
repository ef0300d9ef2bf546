using System.Diagnostics.Metrics;
using Holdfast.Cql.Coordinators;

namespace Holdfast.Cql.Telemetry;

/// <summary>
/// The client's metrics. What is counted on the way of a request is a field that a scrape reads. A coordinator is named by its
/// address: their number bounds the series.
/// </summary>
internal static class ClusterMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Holdfast.Cql";

    public static void Create(IMeterFactory meters, ClusterCore core)
    {
        Meter meter = meters.Create(Name);
        Coordinators(meter, core);
        Requests(meter, core);
    }

    private static void Coordinators(Meter meter, ClusterCore core)
    {
        _ = meter.CreateObservableGauge("holdfast_coordinator_state", () => EachState(core), null, "1 for the state a coordinator is in");
        Each(meter, core, "holdfast_coordinator_weight", "1", "Share of traffic that a coordinator should get", c => c.Weight);
        Each(meter, core, "holdfast_coordinator_latency_seconds", "s", "Latency as the choice of a coordinator sees it", c => c.PeakEwma.TotalSeconds);
        Each(meter, core, "holdfast_coordinator_in_flight", "{request}", "Requests that a coordinator has not answered", c => c.Connection?.InFlight ?? 0);
        Each(meter, core, "holdfast_coordinator_orphans", "{request}", "Answers that a coordinator owes to requests given up", c => c.Connection?.Orphans ?? 0);
        Each(meter, core, "holdfast_coordinator_connections", "{connection}", "Connections ready for requests", c => c.HasRoom ? 1 : 0);
        _ = meter.CreateObservableCounter("holdfast_coordinator_attempts", () => EachAttempt(core), "{attempt}", "Attempts by outcome");
        _ = meter.CreateObservableCounter(
            "holdfast_coordinator_last_resort_attempts", () => Read(core, () => core.Table.All.SelectMany(EachLastResort)),
            "{attempt}", "Attempts sent to a coordinator out of service, because nobody in service had served the request");
        _ = meter.CreateObservableCounter(
            "holdfast_coordinator_transitions", () => Read(core, () => core.Telemetry.Transitions.Select(pair => new Measurement<long>(
                pair.Value, Tag("coordinator", pair.Key.Host), Tag("from", pair.Key.From), Tag("to", pair.Key.To),
                Tag("reason", pair.Key.Reason), Tag("withheld", pair.Key.Withheld ? "yes" : "no")))),
            "{transition}", "Changes of a coordinator's state, and those that the guard withheld");
        _ = meter.CreateObservableCounter(
            "holdfast_coordinator_contradictions", () => EachContradiction(core), "{attempt}", "Attempts that a coordinator failed and another one then served");
        _ = meter.CreateObservableCounter(
            "holdfast_coordinator_probes", () => EachProbe(core), "{round}", "Rounds of quorum probes");
        _ = meter.CreateObservableGauge(
            "holdfast_coordinator_clock_offset_seconds", () => Read(core, () =>
                from coordinator in core.Table.All
                let offset = core.ClockOffset.Of(coordinator.Id)
                where offset is not null
                select new Measurement<double>(offset.Value.TotalSeconds, Tag("coordinator", ClusterTelemetry.Name(coordinator)))),
            "s", "How far a coordinator's clock is ahead of this process's");
        core.Telemetry.ProbeLatency = new ProbeLatency(meter);
    }

    private static void Requests(Meter meter, ClusterCore core)
    {
        core.Telemetry.Latency.Register(meter);
        _ = meter.CreateObservableCounter("holdfast_cql_retries", () => Read(core, () => core.Telemetry.Retries), "{attempt}", "Attempts after the first");
        _ = meter.CreateObservableGauge(
            "holdfast_cql_hedge_budget", () => Read(core, () => core.Executor.BudgetsLeft.Hedges), "{attempt}", "Hedges that the budget allows now");
        _ = meter.CreateObservableCounter("holdfast_cql_hedges", () => Read(core, () => core.Telemetry.Hedges), "{attempt}", "Second attempts beside a slow first one");
        _ = meter.CreateObservableCounter(
            "holdfast_cql_retry_budget_refusals", () => Read(core, () => core.Telemetry.BudgetRefusals), "{attempt}", "Retries that the budget put off");
        _ = meter.CreateObservableGauge(
            "holdfast_cql_retry_budget", () => Read(core, () => core.Executor.BudgetsLeft.Retries), "{attempt}", "Retries that the budget allows now");
        _ = meter.CreateObservableGauge("holdfast_cql_requests", () => Read(core, () => core.Executor.Requests), "{request}", "Requests under way");
        _ = meter.CreateObservableGauge(
            "holdfast_cql_waiting", () => Read(core, () => core.Executor.Waiting.Count), "{request}", "Requests that wait because nobody serves their range");
        _ = meter.CreateObservableGauge(
            "holdfast_cql_clock_offset_seconds", () => Read(core, () => (core.ClockOffset.Median ?? TimeSpan.Zero).TotalSeconds), "s",
            "How far the coordinators' clocks are ahead of this process's");
        _ = meter.CreateObservableGauge(
            "holdfast_cql_dark_ranges", () => Read(core, () => core.Executor.Waiting.DarkRanges), "{range}", "Ranges that no coordinator serves");
        _ = meter.CreateObservableGauge(
            "holdfast_cql_replica_sets", () => Read(core, () => core.Table.Ring.ReplicaSets), "{range}", "Replica sets of the local data centre");
        _ = meter.CreateObservableCounter(
            "holdfast_cql_results", () => Results(core),
            "{request}", "Requests by how they ended");
    }

    private static List<Measurement<long>> Results(ClusterCore core)
    {
        core.Telemetry.Latency.Hand(); // so that a scrape has the durations of all that it counts
        return Read(core, () => Enum.GetValues<CqlOutcome>().Select(outcome =>
            new Measurement<long>(core.Telemetry.Outcomes[(int)outcome], Tag("outcome", outcome.ToString()))));
    }

    private static void Each(Meter meter, ClusterCore core, string name, string unit, string description, Func<Coordinator, double> value) =>
        _ = meter.CreateObservableGauge(
            name, () => Read(core, () => core.Table.All.Select(coordinator =>
                new Measurement<double>(value(coordinator), Tag("coordinator", ClusterTelemetry.Name(coordinator))))),
            unit, description);

    private static List<Measurement<int>> EachState(ClusterCore core) => Read(core, () =>
        from coordinator in core.Table.All
        from state in Enum.GetValues<Health.CoordinatorState>()
        select new Measurement<int>(
            coordinator.State == state ? 1 : 0, Tag("coordinator", ClusterTelemetry.Name(coordinator)), Tag("state", state.ToString())));

    private static List<Measurement<long>> EachAttempt(ClusterCore core) => Read(core, () =>
        from coordinator in core.Table.All
        from result in Enum.GetValues<AttemptResult>()
        select new Measurement<long>(
            coordinator.Attempts[(int)result], Tag("coordinator", ClusterTelemetry.Name(coordinator)), Tag("outcome", result.ToString())));

    private static Measurement<long>[] EachLastResort(Coordinator coordinator) =>
    [
        new(coordinator.AsLastResort.Served, Tag("coordinator", ClusterTelemetry.Name(coordinator)), Tag("result", "served")),
        new(coordinator.AsLastResort.Failed, Tag("coordinator", ClusterTelemetry.Name(coordinator)), Tag("result", "failed")),
    ];

    // Those below are shown before they first happen: of a series that begins at one, no rate can be told.
    private static List<Measurement<long>> EachContradiction(ClusterCore core) => Read(core, () =>
        Counted(core, core.Telemetry.Contradictions, [.. Enum.GetValues<Health.FailureKind>().Select(kind => (ConsistencyLevel.LocalQuorum, kind))])
            .Select(pair => new Measurement<long>(
                pair.Count, Tag("coordinator", pair.Host), Tag("level", pair.Of.Item1.ToString()), Tag("kind", pair.Of.Item2.ToString()))));

    private static List<Measurement<long>> EachProbe(ClusterCore core) => Read(core, () =>
        Counted(core, core.Telemetry.Probes, true, false).Select(pair =>
            new Measurement<long>(pair.Count, Tag("coordinator", pair.Host), Tag("result", pair.Of ? "passed" : "failed"))));

    private static IEnumerable<(string Host, T Of, long Count)> Counted<T>(
        ClusterCore core, SortedDictionary<(string Host, T Of), long> counts, params T[] always)
    {
        IEnumerable<(string Host, T Of)> shown =
            from coordinator in core.Table.All
            from kind in always
            select (ClusterTelemetry.Name(coordinator), kind);
        return counts.Keys.Union(shown).Select(key => (key.Host, key.Of, counts.GetValueOrDefault(key)));
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    /// <summary>Under the lock, and complete before it is released.</summary>
    private static List<T> Read<T>(ClusterCore core, Func<IEnumerable<T>> read)
    {
        core.Lock.Enter();
        try
        {
            return [.. read()];
        }
        finally
        {
            core.Lock.Exit();
        }
    }

    private static T Read<T>(ClusterCore core, Func<T> read)
        where T : struct
    {
        core.Lock.Enter();
        try
        {
            return read();
        }
        finally
        {
            core.Lock.Exit();
        }
    }
}
