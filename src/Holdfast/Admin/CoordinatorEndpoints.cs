using Holdfast.Cassandra;
using Holdfast.Cql;
using Holdfast.Cql.Health;
using Holdfast.Http;
using Holdfast.Sessions;

namespace Holdfast.Admin;

/// <summary>
/// What operators ask of the coordinators: how they are, and to take one out of service for maintenance or give it back; and
/// whether ejections are acted on.
/// </summary>
internal sealed class CoordinatorEndpoints(string listenAddress, TimeProvider time)
{
    public const string Path = "/admin/coordinators";
    public const string DrainPath = "/admin/coordinators/drain";
    public const string UndrainPath = "/admin/coordinators/undrain";
    public const string ModePath = "/admin/health-mode";

    private const string AddressExample = """{"address": "10.0.0.1"}""";

    /// <param name="listenAddress">The admin listener's configured address: a name it may be called by.</param>
    /// <param name="time">The clock.</param>
    public static IReadOnlyList<AdminEndpoint> Create(string listenAddress, TimeProvider time)
    {
        CoordinatorEndpoints endpoints = new(listenAddress, time);
        return
        [
            new("GET", Path, (context, store) => endpoints.WithCluster(context, store, cluster => endpoints.Show(context, cluster))),
            new("POST", DrainPath, (context, store) => endpoints.WithCluster(context, store, cluster =>
                endpoints.Move(context, cluster, cluster.Drain, isDrain: true))),
            new("POST", UndrainPath, (context, store) => endpoints.WithCluster(context, store, cluster =>
                endpoints.Move(context, cluster, cluster.Undrain, isDrain: false))),
            new("POST", ModePath, (context, store) => endpoints.WithCluster(context, store, cluster =>
                endpoints.Switch(context, cluster))),
        ];
    }

    private Task WithCluster(HttpContext context, ISessionStore store, Func<CqlCluster, Task> act) =>
        BrowserDefence.Check(context, listenAddress) is { } refusal ? AdminExchange.RefuseAsync(context, refusal)
        : store is CassandraSessionStore { Cluster: { } cluster } ? act(cluster)
        : AdminExchange.RefuseAsync(context, new(
            "Not implemented", StatusCodes.Status501NotImplemented, "The embedded store has no coordinators; storage.engine is not cassandra."));

    private Task Show(HttpContext context, CqlCluster cluster) =>
        AdminExchange.AnswerAsync(context, View(cluster), CoordinatorJson.Default.ClusterView);

    private async Task Move(HttpContext context, CqlCluster cluster, Func<string, bool> act, bool isDrain)
    {
        if (await AdminExchange.ReadAsync(context, CoordinatorJson.Default.CoordinatorRequest, AddressExample) is not { } request)
        {
            return;
        }

        if (isDrain && !cluster.Coordinators().Any(other => other.State == CoordinatorState.Up && !IsAt(other, request.Address)))
        {
            await AdminExchange.RefuseAsync(context, new(
                "Conflict", StatusCodes.Status409Conflict, "No other coordinator is in service: draining this one would leave nobody to ask."));
            return;
        }

        if (!act(request.Address))
        {
            await AdminExchange.RefuseAsync(context, new(
                "Not found", StatusCodes.Status404NotFound, $"No coordinator has this address; GET {Path} lists them."));
            return;
        }

        await Show(context, cluster);
    }

    private static bool IsAt(CoordinatorStatus coordinator, string address) =>
        coordinator.Address == address || coordinator.Address.StartsWith($"{address}:", StringComparison.Ordinal);

    private async Task Switch(HttpContext context, CqlCluster cluster)
    {
        if (await AdminExchange.ReadAsync(context, CoordinatorJson.Default.HealthModeRequest, """{"mode": "act"} or {"mode": "observe"}""")
            is { } request)
        {
            cluster.Observe = request.Mode == HealthModeName.Observe;
            await Show(context, cluster);
        }
    }

    private ClusterView View(CqlCluster cluster)
    {
        DateTimeOffset now = time.GetUtcNow();
        IReadOnlyList<CoordinatorStatus> all = cluster.Coordinators();
        Dictionary<HostId, string> names = all.ToDictionary(coordinator => coordinator.Host, coordinator => coordinator.Address);
        return new ClusterView(
            cluster.LocalDataCenter,
            cluster.Topology?.DataCenters ?? [],
            cluster.Observe ? HealthModeName.Observe : HealthModeName.Act,
            cluster.CanServe,
            cluster.ClockOffset?.TotalSeconds,
            [.. all.OrderBy(coordinator => coordinator.Address, StringComparer.Ordinal).Select(coordinator => View(coordinator, now, NameOf))]);

        string NameOf(HostId id) => names.GetValueOrDefault(id) ?? id.ToString();
    }

    private static CoordinatorView View(CoordinatorStatus coordinator, DateTimeOffset now, Func<HostId, string> nameOf) => new(
        coordinator.Host.ToString(),
        coordinator.Address,
        coordinator.DataCenter,
        coordinator.Rack,
        coordinator.ReleaseVersion,
        coordinator.State.ToString(),
        now - coordinator.StateFor,
        coordinator.LastTransition?.Reason.ToString(),
        coordinator.LastTransition?.Evidence is { } evidence
            ? new(evidence.Level.ToString(), evidence.Required, evidence.Alive, evidence.ContradictedBy is { } by ? nameOf(by) : null,
                evidence.Count, evidence.Within.TotalSeconds)
            : null,
        coordinator.Weight,
        coordinator.Latency.TotalSeconds,
        coordinator.InFlight,
        coordinator.Orphans,
        coordinator.Served,
        coordinator.Failed,
        coordinator.ServedAsLastResort,
        coordinator.FailedAsLastResort,
        coordinator is { LastContradiction: { } last, ContradictedFor: { } ago }
            ? new(now - ago, last.Kind.ToString(), last.Level.ToString(), last.Required, last.Alive, nameOf(last.By))
            : null,
        coordinator.State == CoordinatorState.Up ? null : coordinator.Trouble);
}
