using Holdfast.Cql.Health;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Incidents.Plans;
using Holdfast.Simulation.Tests.Sites;

namespace Holdfast.Simulation.Tests.Incidents;

/// <summary>Every incident that is played by name.</summary>
internal static class IncidentCatalog
{
    private static readonly SiteOptions s_busy = new() { Rate = 200 };

    /// <summary>So little traffic that only evidence of a few requests ejects in time.</summary>
    private static readonly SiteOptions s_calm = new() { Rate = 12 };

    private static readonly SiteOptions s_impatientCluster = new()
    {
        Rate = 200,
        Timeouts = new RequestTimeouts { Read = TimeSpan.FromMilliseconds(200), Write = TimeSpan.FromMilliseconds(200) },
    };

    public static IReadOnlyList<Incident> All { get; } =
    [
        new("2023-01-24: a node is rebooted and rejoins blind", At(5, "rejoin-blind", "eqiad-1", "down=60s"))
        {
            Lasts = Minutes(6), Site = s_busy, Bars = [Bars.OutAtLast("eqiad-1"), Bars.Left("eqiad-1", 1)],
        },
        new("every node is rebooted in turn and rejoins blind", FaultPlan.InTurn(Nodes("eqiad", 3).Concat(Nodes("codfw", 3)), Seconds(150), "rejoin-blind", "down=20s", "for=60s"))
        {
            Lasts = Minutes(17), Site = s_busy, Bars = [Bars.EvenAtLast()],
        },
        new("more nodes than replicas, rebooted in turn, and blind", FaultPlan.InTurn(Nodes("eqiad", 6), Seconds(150), "rejoin-blind", "down=20s", "for=60s"))
        {
            Lasts = Minutes(17), Site = s_busy with { NodesPerDataCenter = 6 }, Bars = [Bars.EvenAtLast()],
        },
        new("blind for ever", At(5, "rejoin-blind", "eqiad-2", "down=20s", "stuck=true")) { Lasts = Minutes(10), Bars = [Bars.OutAtLast("eqiad-2")] },
        new("blind for fifteen minutes", At(5, "rejoin-blind", "eqiad-2", "down=20s", "for=15m")) { Lasts = Seconds((16 * 60) + 20), Bars = [Bars.EvenAtLast()] },
        new("blind to some peers only", At(5, "blind-to", "eqiad-1", "peers=eqiad-2,eqiad-3", "for=60s")) { Site = s_busy with { NodesPerDataCenter = 6 }, Lasts = Minutes(3), Bars = [Bars.EvenAtLast()] },
        new("rejoins blind to some peers only", At(5, "rejoin-blind", "eqiad-1", "peers=eqiad-2,eqiad-3", "down=20s", "for=90s")) { Site = s_busy with { NodesPerDataCenter = 6 }, Lasts = Minutes(4), Bars = [Bars.EvenAtLast()] },
        new("a node comes", At(5, "add-node", "", "dc=eqiad")) { Site = s_busy, Lasts = Minutes(6), Bars = [Bars.Coordinators(4), Bars.EvenAtLast()] },
        new("a node goes", At(5, "remove-node", "eqiad-2")) { Site = s_busy with { NodesPerDataCenter = 4 }, Lasts = Minutes(6), Bars = [Bars.Coordinators(3), Bars.EvenAtLast()] },
        new("two peers say goodbye and are blind to nobody", FaultPlan.Of(
            new PlannedFault(Seconds(5), "gossip-off", "eqiad-2"), new PlannedFault(Seconds(6), "gossip-off", "eqiad-3")))
        {
            Site = s_calm, Bars = [Bars.Left("eqiad-1", 1)],
        },
        new("cut off from its peers while it runs", At(5, "cut", "eqiad-1", "for=40s")) { Site = s_busy, Lasts = Minutes(3), Bars = [Bars.Left("eqiad-1", 1.5), Bars.EvenAtLast()] },
        new("blind while nobody comes", At(1, "cut", "eqiad-1")) { Quiet = Seconds(60), Lasts = Seconds(80), Bars = [Bars.NeverAsked("eqiad-1")] },
        new("flapping", new FaultPlan([.. Enumerable.Range(0, 6).Select(i => new PlannedFault(Seconds(5 + (30 * i)), "cut", "eqiad-1", "for=12s"))])) { Lasts = Minutes(4) },
        new("half a second slow", At(5, "slow", "eqiad-1", "floor=500ms", "tail=1ms", "for=60s")) { Lasts = Minutes(2), Bars = [Bars.Within(1200)] },
        new("refuses everything at once", At(5, "overloaded", "eqiad-1", "share=100%", "for=60s")) { Site = s_calm, Bars = [Bars.Left("eqiad-1", 2.5)] },
        new("fails everything at once", At(5, "failing", "eqiad-1", "kind=server-error", "for=60s")) { Site = s_calm, Bars = [Bars.Left("eqiad-1", 2.5)] },
        new("bootstrapping", At(5, "bootstrapping", "eqiad-1", "for=60s")) { Site = s_calm, Bars = [Bars.Left("eqiad-1", 0.5)] },
        new("reads time out in the cluster", At(5, "failing", "eqiad-1", "kind=read-timeout", "for=60s")) { Site = s_busy, Bars = [Bars.Left("eqiad-1", 6)] },
        new("writes time out in the cluster", At(5, "failing", "eqiad-1", "kind=write-timeout", "for=60s")) { Site = s_busy, Bars = [Bars.Left("eqiad-1", 6)] },
        new("reads fail in the cluster", At(5, "failing", "eqiad-1", "kind=read-failure", "for=60s")) { Site = s_busy, Bars = [Bars.Left("eqiad-1", 6)] },
        new("writes fail in the cluster", At(5, "failing", "eqiad-1", "kind=write-failure", "for=60s")) { Site = s_busy, Bars = [Bars.Left("eqiad-1", 6)] },
        new("cut off in a cluster that gives up sooner than its clients", At(5, "cut", "eqiad-1", "for=40s")) { Site = s_impatientCluster, Bars = [Bars.Left("eqiad-1", 6)] },
        new("connections are reset", At(5, "reset", "eqiad-1", "share=20%", "for=30s")) { Site = s_busy },
        new("killed", At(5, "kill", "eqiad-1", "for=10s")) { Site = s_busy },
        new("paused", At(5, "pause", "eqiad-1", "for=10s")) { Site = s_busy, Bars = [Bars.Left("eqiad-1", 1), Bars.Within(300)] },
        new("paused while few come", At(5, "pause", "eqiad-1", "for=30s")) { Site = s_calm, Bars = [Bars.Left("eqiad-1", 4)] },
        new("half-open", At(5, "half-open", "eqiad-1", "for=30s")) { Site = s_busy, Lasts = Minutes(2.5), Bars = [Bars.EvenAtLast()] },
        new("statements are forgotten everywhere", At(5, "unprepared", "eqiad", "share=40%", "for=30s")) { Site = s_busy, Bars = [Bars.AllStayUp()] },
        new("checksums do not hold", At(5, "corrupt", "eqiad-1", "share=20%", "for=30s")) { Site = s_busy },
        new("answers come after their client gave up", At(5, "late", "eqiad-1", "by=900ms", "share=60%", "for=40s")) { Site = s_busy with { Rate = 400 } },
        new("everybody answers late", At(5, "late", "eqiad", "by=700ms", "share=30%", "for=30s")) { Site = s_busy with { Rate = 400 }, MayFail = true, Bars = [Bars.FailedAtMost(0.01)] },
        new("loses power", At(5, "power-loss", "eqiad-1", "for=5m")) { Lasts = Seconds(30), Bars = [Bars.AtLast("eqiad-1", CoordinatorState.Down, CoordinatorState.Connecting)] },
        new("two refuse, and then the third one", FaultPlan.Of(
            new PlannedFault(Seconds(5), "overloaded", "eqiad-2 eqiad-3", "for=8s"), new PlannedFault(Seconds(12.9), "overloaded", "eqiad-1", "for=5s")))
        {
            Site = s_busy, Lasts = Seconds(60), MayFail = true, Bars = [Bars.NeverAllEjected()],
        },
        new("a reimaged host that sees nobody is left alone", FaultPlan.Of(
            new PlannedFault(Seconds(0.5), "cut", "eqiad-1"), new PlannedFault(Seconds(1), "reimage", "eqiad-1", "down=5s"), new PlannedFault(Seconds(60), "kill", "eqiad-2 eqiad-3", "for=5s")))
        {
            Lasts = Minutes(3), MayFail = true,
        },
        new("the other data centre is lost", FaultPlan.Of(new PlannedFault(Seconds(5), "kill", "codfw", "for=30s"), new PlannedFault(Seconds(50), "cut-dc", "codfw", "for=20s"))) { Site = s_busy, Lasts = Minutes(2) },
        new("a host is reimaged", At(5, "reimage", "eqiad-1", "down=20s")) { Site = s_busy, Lasts = Minutes(3), Bars = [Bars.EvenAtLast()] },
        new("everybody refuses for a second", At(5, "overloaded", "eqiad", "share=100%", "for=1200ms")) { Site = s_busy, Lasts = Seconds(30) },
        new("everybody is restarted", At(5, "reboot", "eqiad", "down=10s")) { Site = s_busy, Lasts = Minutes(2.5), MayFail = true },
        new("everybody loses power", At(5, "power-loss", "eqiad", "for=20s")) { Site = s_busy, Lasts = Minutes(2.5), MayFail = true },
        new("everybody is blind to some", new FaultPlan([.. Enumerable.Range(1, 6).Select(i =>
            new PlannedFault(Seconds(5), "blind-to", $"eqiad-{i}", $"peers=eqiad-{(i % 6) + 1},eqiad-{((i + 1) % 6) + 1}", "for=60s"))]))
        {
            Site = s_busy with { NodesPerDataCenter = 6 }, MayFail = true, Bars = [Bars.NeverAllEjected()],
        },
        new("two instances with other clocks and one key after another", At(1, "clock-skew", "eqiad-1", "by=20ms")) { Site = s_busy with { Keys = 20, Reads = 0.4, Deletes = 0.2 } },
    ];

    public static Incident Named(string name) => All.Single(incident => incident.Name == name);

    private static FaultPlan At(double seconds, string kind, string nodes, params string[] arguments) =>
        FaultPlan.Of(new PlannedFault(Seconds(seconds), kind, nodes, arguments));

    private static string[] Nodes(string dataCenter, int count) => [.. Enumerable.Range(1, count).Select(n => $"{dataCenter}-{n}")];

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);
}
