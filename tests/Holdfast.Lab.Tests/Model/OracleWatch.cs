using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Tests.Model;

/// <summary>
/// The oracle's word against every answer: what it says of a request as it comes, and whether it still says so when the answer is there.
/// </summary>
internal sealed class OracleWatch
{
    private readonly LabCluster cluster;
    private readonly Replication replication;
    private readonly Action<string> violate;
    private readonly List<Watched> underWay = [];

    public OracleWatch(LabCluster cluster, Replication replication, Action<string> violate)
    {
        this.cluster = cluster;
        this.replication = replication;
        this.violate = violate;
        cluster.Changed += () => cluster.Scheduler.Post(ReconsiderUnderWay);
    }

    public int Acknowledged { get; private set; }

    public int Failed { get; private set; }

    public int Judged { get; private set; }

    public Watched Watch(Node node, long token, ConsistencyLevel level, bool isWrite)
    {
        var watched = new Watched(node, token, level, isWrite, cluster.Scheduler.Now);
        var moment = ClusterMoment.Of(cluster);
        watched.Verdict = Ask(moment, watched);
        watched.Believed = Believes(moment, node);
        underWay.Add(watched);
        return watched;
    }

    public void Judge(Watched watched, RequestError? error)
    {
        cluster.Trace(watched.IsWrite ? "write" : "read", watched.Node.Index, error is null ? 0 : error.GetType().Name.Length, watched.Token);
        _ = error is null ? Acknowledged++ : Failed++;
        var after = cluster.Scheduler.Now - watched.From;
        cluster.Scheduler.Post(() => Compare(watched, after, error)); // once what else happened in this instant has been reconsidered
    }

    private static bool[] Believes(ClusterMoment moment, Node node) => moment.Nodes[node.Index].BelievesAlive;

    private Verdict Ask(ClusterMoment moment, Watched watched) => Oracle.Judge(
        moment, watched.Node.Index, new Question(watched.Token, replication, watched.Level, watched.IsWrite));

    /// <summary>Only what one verdict held for throughout is judged.</summary>
    private void ReconsiderUnderWay()
    {
        var moment = ClusterMoment.Of(cluster);
        foreach (var watched in underWay)
        {
            // What it asked were the replicas that its coordinator believed alive then; one that was paused may still answer.
            if (watched.Verdict is { } verdict
                && (verdict != Ask(moment, watched) || (verdict == Verdict.Fails && !Believes(moment, watched.Node).SequenceEqual(watched.Believed))))
            {
                watched.Verdict = null;
            }
        }
    }

    private void Compare(Watched watched, TimeSpan after, RequestError? error)
    {
        underWay.Remove(watched);
        var agrees = watched.Verdict switch
        {
            Verdict.Serves => error is null,
            Verdict.Refuses => error is Unavailable or NodeOverloaded or NodeBootstrapping || (error is not null && Invents(watched.Node)),
            Verdict.Fails => error is WriteTimedOut or ReadTimedOut or WriteFailed or ReadFailed || (error is not null && Invents(watched.Node)),
            Verdict.Unreachable => false,
            _ => true,
        };
        Judged += watched.Verdict is null or Verdict.Uncertain ? 0 : 1;
        if (!agrees)
        {
            violate($"the oracle said {watched.Verdict} of {watched.Node.Name} for {(watched.IsWrite ? "writes" : "reads")} "
                + $"at {watched.Level.CqlName()}, the answer after {after} was {error}");
        }
    }

    /// <summary>It answers with errors that nothing caused: any may come in place of the one that something did.</summary>
    private static bool Invents(Node node) => node.Troubles.Any(t => t.FailsWith is not null);
}
