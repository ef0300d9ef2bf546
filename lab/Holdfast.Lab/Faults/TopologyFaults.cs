using Holdfast.Lab.Cluster;

namespace Holdfast.Lab.Faults;

/// <summary>Nodes that come for good and go for good.</summary>
internal static class TopologyFaults
{
    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("add-node", "a new machine joins: boots, streams, becomes part of the ring",
            [new("dc", ParameterKind.Datacenter, "", "its data centre; the first one unless given")], Add) { TakesNoNodes = true },
        new("remove-node", "nodetool decommission: hands its ranges over, leaves the ring and ends", [], Remove),
    ];

    private static Action Add(FaultTarget target)
    {
        var datacenter = target.Arguments.Text("dc");
        target.Cluster.AddMachine(datacenter.Length > 0 ? datacenter : target.Cluster.Nodes[0].Datacenter).Run(new StartOptions());
        return FaultKind.NothingToHeal;
    }

    private static Action Remove(FaultTarget target)
    {
        if (target.Nodes.FirstOrDefault(n => n.Process is not { State: NodeState.Open }) is { } absent)
        {
            throw new FaultRequestException($"remove-node: {absent.Name} is {absent.State} and cannot hand over its ranges");
        }

        return ProcessFaults.Each(target, node => RangeTransfer.Leave(target.Cluster, node.Process!));
    }
}
