using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Internode;

namespace Holdfast.Lab.Faults;

/// <summary>A node comes back wrong: open for clients, and blind or empty.</summary>
internal static class RejoinFaults
{
    private static readonly FaultParameter Down = new("down", ParameterKind.Duration, "20s", "from the end to the next start");
    private static readonly FaultParameter Peers = new("peers", ParameterKind.Nodes, "all", "whose echoes are lost: it sees these DOWN, and the others UP");

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("rejoin-blind",
            "hard reboot, and the echoes of its peers are lost: CQL opens, peers see it UP, it sees them DOWN (2023-01-24)",
            [Down, Peers, new("stuck", ParameterKind.Flag, "false", "the echo is never asked again: blind until it is restarted")],
            RejoinBlind),
        new("reimage", "same address, new host id, empty data; rejoins without streaming",
            [Down, new("blind", ParameterKind.Flag, "false", "and the echoes of its peers are lost")],
            Reimage),
        new("gossip-off", "nodetool disablegossip: says goodbye to its peers and keeps the view it has", [], GossipOff),
    ];

    private static Action RejoinBlind(FaultTarget target)
    {
        var heal = LoseEchoes(target, target.Arguments.Nodes("peers", target.Cluster));
        var options = new StartOptions { NeverRetriesEcho = target.Arguments.Flag("stuck") };
        foreach (var node in target.Nodes)
        {
            ProcessFaults.DownFor(target, node, Ending.PowerLost, options);
        }

        return heal;
    }

    private static Action Reimage(FaultTarget target)
    {
        var heal = target.Arguments.Flag("blind") ? LoseEchoes(target, target.Cluster.Nodes) : FaultKind.NothingToHeal;
        foreach (var node in target.Nodes)
        {
            ProcessFaults.DownFor(target, node, Ending.PowerLost, new StartOptions());
            node.Replace(node.Disk.Reimaged(target.Cluster));
        }

        return heal;
    }

    private static Action GossipOff(FaultTarget target)
    {
        var processes = target.Nodes.Select(n => n.Process).OfType<NodeProcess>().ToList();
        foreach (var process in processes)
        {
            process.DisableGossip();
        }

        return () =>
        {
            foreach (var process in processes.Where(p => !p.Life.IsEnded))
            {
                process.EnableGossip();
            }
        };
    }

    private static Action LoseEchoes(FaultTarget target, IReadOnlyList<Node> peers) =>
        target.Rule(LinkRule.Cut(Verb.EchoResponse), target.FromPeers(peers));
}
