namespace Holdfast.Incidents.Plans;

/// <summary>A fault of the lab, when it begins, on which nodes and with what arguments; prints as a line of the lab's scenarios.</summary>
internal sealed record PlannedFault(TimeSpan At, string Kind, string Nodes, params string[] Arguments)
{
    public override string ToString() => FormattableString.Invariant($"{At.TotalSeconds:0.000}s {Kind} {Nodes} {string.Join(' ', Arguments)}");
}
