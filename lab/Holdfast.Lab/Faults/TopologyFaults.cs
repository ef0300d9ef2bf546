using Holdfast.Lab.Cluster;

namespace Holdfast.Lab.Faults;

/// <summary>Nodes that come for good and go for good.</summary>
internal static class TopologyFaults
{
    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("add-node", "a new machine joins: boots, streams, becomes part of the ring",
            [new("dc", ParameterKind.Text, "", "its data centre; the first one unless given")], Add) { TakesNoNodes = true },
        new("remove-node", "nodetool decommission: hands its ranges over, leaves the ring and ends", [], Remove),
    ];

    private static Action Add(FaultTarget target)
    {
        var datacenter = target.Arguments.Text("dc");
        if (datacenter.Length == 0)
        {
            datacenter = target.Cluster.Nodes[0].Datacenter;
        }
        else if (target.Cluster.Nodes.All(n => n.Datacenter != datacenter))
        {
            throw new FaultRequestException($"add-node: there is no data centre {datacenter}");
        }

        target.Cluster.AddMachine(datacenter).Run(new StartOptions());
        return FaultKind.NothingToHeal;
    }

    private static Action Remove(FaultTarget target) => ProcessFaults.Each(target, node => RangeTransfer.Leave(
        target.Cluster, node.Process ?? throw new FaultRequestException($"{node.Name} is down and cannot hand over its ranges")));
}
