using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Internode;

namespace Holdfast.Lab.Faults;

/// <summary>The network between the nodes. Directions are from sender to receiver.</summary>
internal static class NetworkFaults
{
    private static readonly FaultParameter Peers =
        new("peers", ParameterKind.Nodes, "all", "only what comes from, or goes to, these");

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("cut-in", "packets to the node's internode port are dropped; what it sends arrives", [Peers],
            t => t.Rule(LinkRule.Cut(), Inward(t))),
        new("cut-out", "packets from the node to its peers are dropped", [Peers], t => t.Rule(LinkRule.Cut(), Outward(t))),
        new("cut", "no packets between the node and its peers", [Peers], t => t.Rule(LinkRule.Cut(), Inward(t).Concat(Outward(t)))),
        new("blind-to", "the node hears nothing from some peers: what needs their answers times out, and becomes Unavailable only where nobody else passes their heartbeats on",
            [Peers with { Default = "", Summary = "those it cannot hear" }], t => t.Rule(LinkRule.Cut(), Inward(t))),
        new("loss", "a share of the packets to and from the node is lost",
            [Peers, new("share", ParameterKind.Share, "20%", "of the packets")],
            t => t.Rule(new LinkRule(t.Arguments.Share("share")), Inward(t).Concat(Outward(t)))),
        new("latency", "packets to and from the node take longer",
            [Peers, new("by", ParameterKind.Duration, "50ms", "one way")],
            t => t.Rule(new LinkRule(0, t.Arguments.Duration("by")), Inward(t).Concat(Outward(t)))),
        new("cut-dc", "the nodes' data centre is cut off from all others", [], t => t.Rule(LinkRule.Cut(), Across(t))),
        new("fail-dc-link", "the link between data centres dies node by node, spread over a while",
            [new("over", ParameterKind.Duration, "10s", "from the first node to the last")], FailLink),
    ];

    private static IEnumerable<(Node From, Node To)> Inward(FaultTarget target) =>
        target.FromPeers(target.Arguments.Nodes("peers", target.Cluster));

    private static IEnumerable<(Node From, Node To)> Outward(FaultTarget target) => Inward(target).Select(d => (d.To, d.From));

    /// <summary>Both directions between the chosen nodes' data centres and the rest.</summary>
    private static IEnumerable<(Node From, Node To)> Across(FaultTarget target)
    {
        var inside = target.Nodes.Select(n => n.Datacenter).ToHashSet(StringComparer.Ordinal);
        return Pairs(target.Cluster).Where(p => inside.Contains(p.From.Datacenter) != inside.Contains(p.To.Datacenter));
    }

    private static Action FailLink(FaultTarget target)
    {
        var step = target.Arguments.Duration("over") / Math.Max(1, target.Nodes.Count - 1);
        var heals = new List<Action>();
        var healed = false;
        for (var i = 0; i < target.Nodes.Count; i++)
        {
            var node = target.Nodes[i];
            var directions = Pairs(target.Cluster)
                .Where(p => (p.From == node || p.To == node) && p.From.Datacenter != p.To.Datacenter).ToList();
            target.After(step * i, () =>
            {
                if (!healed)
                {
                    heals.Add(target.Rule(LinkRule.Cut(), directions));
                }
            });
        }

        return () =>
        {
            healed = true;
            heals.ForEach(h => h());
        };
    }

    private static IEnumerable<(Node From, Node To)> Pairs(LabCluster cluster) =>
        cluster.Nodes.SelectMany(from => cluster.Nodes.Where(to => to != from).Select(to => (from, to)));
}
