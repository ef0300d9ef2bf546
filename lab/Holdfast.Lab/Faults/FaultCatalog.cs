namespace Holdfast.Lab.Faults;

/// <summary>Every kind of fault, in the order in which `lab faults` lists them.</summary>
internal static class FaultCatalog
{
    public static IReadOnlyList<FaultKind> All { get; } =
        [.. ProcessFaults.All, .. RejoinFaults.All, .. NetworkFaults.All, .. ServiceFaults.All, .. DataFaults.All, .. TopologyFaults.All];

    public static FaultKind? Find(string name) => All.FirstOrDefault(k => k.Name == name);
}
