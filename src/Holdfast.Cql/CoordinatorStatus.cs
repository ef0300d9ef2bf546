using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Health;

namespace Holdfast.Cql;

/// <summary>What is known of one coordinator at one moment, for operators.</summary>
/// <param name="Host">Its host id.</param>
/// <param name="Address">Its address and port.</param>
/// <param name="DataCenter">Its data centre.</param>
/// <param name="Rack">Its rack.</param>
/// <param name="ReleaseVersion">The version of its Cassandra.</param>
/// <param name="State">Health's verdict.</param>
/// <param name="StateFor">How long it has been in this state; null while it has been in no other.</param>
/// <param name="LastTransition">How it came into it; null while it has been in no other.</param>
/// <param name="Weight">Its share of traffic, 0 to 1.</param>
/// <param name="Latency">Its latency as the choice of a coordinator sees it.</param>
/// <param name="InFlight">Requests it has not answered.</param>
/// <param name="Orphans">Answers it owes to requests that were given up.</param>
/// <param name="Served">Attempts it has served since the start.</param>
/// <param name="Failed">Attempts it has failed since the start.</param>
/// <param name="ServedAsLastResort">Of those served, sent while it took no traffic: nobody who did had served the request.</param>
/// <param name="FailedAsLastResort">Of those failed, likewise.</param>
/// <param name="LastContradiction">What it failed last that another coordinator then served.</param>
/// <param name="ContradictedFor">How long ago that was.</param>
/// <param name="Trouble">Why its last connection ended; null while it has one.</param>
public sealed record CoordinatorStatus(
    HostId Host, string Address, string DataCenter, string Rack, string ReleaseVersion, CoordinatorState State, TimeSpan? StateFor,
    HealthTransition? LastTransition, double Weight, TimeSpan Latency, int InFlight, int Orphans, long Served, long Failed,
    long ServedAsLastResort, long FailedAsLastResort,
    Contradiction? LastContradiction, TimeSpan? ContradictedFor, string? Trouble)
{
    internal static CoordinatorStatus Of(Coordinator coordinator, TimeSpan now) => new(
        coordinator.Id, coordinator.Host.EndPoint.ToString(), coordinator.Host.DataCenter, coordinator.Host.Rack,
        coordinator.Host.ReleaseVersion, coordinator.State, now - coordinator.LastMove?.At, coordinator.LastMove, coordinator.Weight,
        coordinator.PeakEwma, coordinator.Connection?.InFlight ?? 0, coordinator.Connection?.Orphans ?? 0, coordinator.Served,
        coordinator.Failed, coordinator.AsLastResort.Served, coordinator.AsLastResort.Failed, coordinator.LastContradiction?.What,
        now - coordinator.LastContradiction?.At, coordinator.LastTrouble);
}
