using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Cluster.Judging;

/// <summary>
/// All that a verdict depends on, as it was at one moment: what every node is, what it believes, and which packets arrive. It is
/// immutable, so that any question about the past can be asked when somebody has it.
/// </summary>
internal sealed class ClusterMoment
{
    private readonly Dictionary<(int From, int To), LinkLoss> losses = [];

    private ClusterMoment(IReadOnlyList<NodeMoment> nodes) => Nodes = nodes;

    /// <summary>By index.</summary>
    public IReadOnlyList<NodeMoment> Nodes { get; }

    public static ClusterMoment Of(LabCluster cluster)
    {
        var moment = new ClusterMoment([.. cluster.Nodes.Select(n => NodeMoment.Of(n, cluster.Nodes.Count))]);
        foreach (var (from, to, link) in cluster.Network.LinksWithRules)
        {
            moment.losses[(from, to)] = LinkLoss.Of(link);
        }

        return moment;
    }

    public LinkLoss LossBetween(int from, int to) => from == to ? default : losses.GetValueOrDefault((from, to));
}

/// <summary>The share of packets that are lost in one direction, by what they carry.</summary>
internal readonly record struct LinkLoss(double Read, double ReadResponse, double Mutation, double MutationResponse)
{
    public static LinkLoss Of(Link link) => new(
        link.LossOf(Verb.Read), link.LossOf(Verb.ReadResponse), link.LossOf(Verb.Mutation), link.LossOf(Verb.MutationResponse));
}

/// <param name="Datacenter">Its own.</param>
/// <param name="TakesClients">CQL is open and the process runs on.</param>
/// <param name="AnswersPeers">Its internode port is open and the process runs on.</param>
/// <param name="IsDiskFull">Refuses mutations.</param>
/// <param name="AnswersNobody">Half-open, or lets nobody in.</param>
/// <param name="RefusesAll">Overloaded or failing, for every request.</param>
/// <param name="RefusesReads">Bootstrapping.</param>
/// <param name="HasTroubles">Something is wrong with its service.</param>
/// <param name="BelievesAlive">By node; itself among them.</param>
/// <param name="KeepsHintsFor">By node: what it misses is written down here.</param>
/// <param name="Rings">Null while nothing runs.</param>
internal sealed record NodeMoment(
    string Datacenter,
    bool TakesClients,
    bool AnswersPeers,
    bool IsDiskFull,
    bool AnswersNobody,
    bool RefusesAll,
    bool RefusesReads,
    bool HasTroubles,
    bool[] BelievesAlive,
    bool[] KeepsHintsFor,
    Rings? Rings)
{
    public static NodeMoment Of(Node node, int nodes)
    {
        var process = node.Process;
        var alive = new bool[nodes];
        var hinted = new bool[nodes];
        for (var i = 0; i < nodes && process is not null; i++)
        {
            alive[i] = process.Gossiper.IsAlive(i);
            hinted[i] = !alive[i] && process.Hints.WouldKeep(i);
        }

        var runs = process is { Life.IsPaused: false };
        return new NodeMoment(
            node.Datacenter,
            runs && process!.IsOpen,
            runs && process!.State != NodeState.Booting,
            node.Disk.Store.IsDiskFull,
            node.Troubles.Any(t => t.HalfOpen || t.RefusesCredentials),
            node.Troubles.Any(t => t.OverloadedShare >= 1 || (t.FailsWith is not null && t.FailingShare >= 1)),
            node.Troubles.Any(t => t.AnswersBootstrapping),
            !node.Troubles.None,
            alive,
            hinted,
            process?.Ring.Rings);
    }
}
