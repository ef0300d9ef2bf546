namespace Holdfast.Incidents.Plans;

/// <summary>This folder: what goes wrong in a simulation, by name or drawn. A plan is its faults in order.</summary>
internal sealed record FaultPlan(IReadOnlyList<PlannedFault> Faults)
{
    private static readonly HashSet<string> s_losing = ["power-loss", "reboot-hard", "rejoin-blind", "reimage", "remove-node"];

    /// <summary>True where the cluster, by Cassandra's own rules, may lose what it acknowledged.</summary>
    public bool MayLose => Faults.Any(fault => s_losing.Contains(fault.Kind));

    public static FaultPlan Of(params PlannedFault[] faults) => new(faults);

    /// <summary>One fault after another, each node in turn.</summary>
    public static FaultPlan InTurn(IEnumerable<string> nodes, TimeSpan every, string kind, params string[] arguments) =>
        new([.. nodes.Select((node, i) => new PlannedFault(every * i, kind, node, arguments))]);

    public override string ToString() => string.Join("; ", Faults);
}
