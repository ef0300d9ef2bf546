using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Faults;

/// <summary>What a fault works on: the cluster, the chosen nodes in their order, and its arguments, understood.</summary>
internal sealed class FaultTarget(LabCluster cluster, IReadOnlyList<Node> nodes, FaultArguments arguments)
{
    public LabCluster Cluster => cluster;

    public IReadOnlyList<Node> Nodes => nodes;

    public FaultArguments Arguments => arguments;

    public Scheduler Scheduler => cluster.Scheduler;

    /// <summary>A later part of the fault; who judges must hear of it.</summary>
    public void After(TimeSpan delay, Action action) => cluster.Scheduler.After(delay, () =>
    {
        action();
        cluster.Trace("fault goes on");
    });

    /// <summary>The directions from these peers to the chosen nodes.</summary>
    public IEnumerable<(Node From, Node To)> FromPeers(IReadOnlyList<Node> peers) =>
        nodes.SelectMany(node => peers.Where(p => p != node).Select(p => (p, node)));

    /// <summary>Puts the same trouble on every chosen node; the result takes it off again.</summary>
    public Action Trouble(Trouble trouble)
    {
        foreach (var node in nodes)
        {
            node.Troubles.Add(trouble);
        }

        return () =>
        {
            foreach (var node in nodes)
            {
                node.Troubles.Remove(trouble);
            }
        };
    }

    /// <summary>Puts the rule on every direction; the result takes it off again.</summary>
    public Action Rule(LinkRule rule, IEnumerable<(Node From, Node To)> directions)
    {
        var links = directions.Select(d => cluster.Network.LinkOf(d.From.Index, d.To.Index)).ToList();
        foreach (var link in links)
        {
            link.Add(rule);
        }

        return () =>
        {
            foreach (var link in links)
            {
                link.Remove(rule);
            }
        };
    }
}
