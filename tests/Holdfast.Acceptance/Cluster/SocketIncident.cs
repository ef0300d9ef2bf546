using Holdfast.Incidents.Plans;

namespace Holdfast.Acceptance.Cluster;

/// <summary>One incident as it is played to the program: what goes wrong, and for how long users come meanwhile.</summary>
internal sealed record SocketIncident(string Name, double Seconds, FaultPlan Plan)
{
    /// <summary>Requests through this node have to end within a second of the first that fails.</summary>
    public string? Leaves { get; init; }

    /// <summary>There are moments at which no coordinator could serve: what fails then is forgiven, and nothing else.</summary>
    public bool MayFail { get; init; }

    /// <summary>
    /// All of them, in as many rows as there are sites to play them on at the same time. Every row ends with every node back, and an even
    /// spread.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<SocketIncident>> Rows { get; } =
    [
        [
            new("2023-01-24: every node is rebooted in turn and rejoins blind", 34, FaultPlan.InTurn(["eqiad-1", "eqiad-2", "eqiad-3"], Of(11), "rejoin-blind", "down=1s", "for=7s")),
            new("blind to everybody while it runs", 7, At("blind-to", "eqiad-2", "peers=eqiad-1,eqiad-3", "for=6s")) { Leaves = "eqiad-2" },
            new("paused", 8, At("pause", "eqiad-1", "for=6s")),
        ],
        [
            new("cut off while it runs", 20, At("cut", "eqiad-2", "for=19s")) { Leaves = "eqiad-2" },
            new("half a second slow", 7, At("slow", "eqiad-1", "floor=500ms", "tail=1ms", "for=6s")),
            new("refuses everything at once", 6, At("overloaded", "eqiad-3", "share=100%", "for=5s")) { Leaves = "eqiad-3" },
            new("a data centre is lost", 7, At("kill", "codfw", "for=6s")),
        ],
        [
            new("flapping", 18, new FaultPlan([.. Enumerable.Range(0, 3).Select(i => new PlannedFault(Of(6 * i), "cut", "eqiad-3", "for=3s"))])),
            new("a host is reimaged", 8, At("reimage", "eqiad-1", "down=2s")),
            new("answers come after the timeout", 6, At("late", "eqiad-2", "by=900ms", "share=50%", "for=5s")),
            new("half-open", 9, At("half-open", "eqiad-1", "for=8s")),
        ],
        [
            new("2022-09-15: reimaged, at its old address, and blind", 12, At("reimage", "eqiad-2", "down=2s", "blind=true")),
            new("2025-03-31: disks fill, full nodes crash, and the quorum is gone", 12, new FaultPlan([
                new PlannedFault(TimeSpan.Zero, "disk-full", "eqiad-1 codfw-2", "for=10s"),
                new PlannedFault(Of(3), "kill", "eqiad-1 codfw-2", "for=7s"),
                new PlannedFault(Of(6), "kill", "eqiad-3 codfw-3", "for=3s")]))
            {
                MayFail = true,
            },
            new("blind to some peers only", 7, At("blind-to", "eqiad-3", "peers=eqiad-2", "for=6s")),
            new("statements are forgotten", 5, At("unprepared", "eqiad", "share=30%", "for=4s")),
        ],
        [
            new("checksums do not hold", 5, At("corrupt", "eqiad-1", "share=10%", "for=4s")),
        ],
    ];

    private static FaultPlan At(string kind, string nodes, params string[] arguments) =>
        FaultPlan.Of(new PlannedFault(Of(0.5), kind, nodes, arguments));

    private static TimeSpan Of(double seconds) => TimeSpan.FromSeconds(seconds);
}
