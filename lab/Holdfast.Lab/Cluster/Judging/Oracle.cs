using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Cluster.Judging;

/// <summary>
/// This folder: judging. The oracle sees the whole cluster at once, as no node can: for any key, level and coordinator it
/// tells whether the request could be served now. A client of the lab is judged by it, and so is the lab itself.
/// </summary>
internal sealed class Oracle(LabCluster cluster)
{
    public Verdict Judge(int coordinator, long token, Replication replication, ConsistencyLevel level, bool isWrite)
    {
        var process = cluster.Nodes[coordinator].Process;
        if (process is null || !process.IsOpen || process.Life.IsPaused)
        {
            return Verdict.Unreachable;
        }

        var plan = isWrite
            ? process.Ring.PlanWrite(token, replication)
            : new WritePlan(process.Ring.Current.ReplicasOf(token, replication), []);
        return JudgeOpen(process, plan, replication, level, isWrite);
    }

    /// <param name="process">The coordinator.</param>
    /// <param name="plan">Whom it asks; the pending ones, of writes alone, raise what is needed.</param>
    /// <param name="replication">Of the key's table.</param>
    /// <param name="level">The request's.</param>
    /// <param name="isWrite">Or a read.</param>
    private Verdict JudgeOpen(NodeProcess process, WritePlan plan, Replication replication, ConsistencyLevel level, bool isWrite)
    {
        var pending = plan.Pending.Count(n => !level.IsLocal() || process.DatacenterOf(n) == process.Node.Datacenter);
        var troubles = process.Node.Troubles;
        if (troubles.Any(t => t.HalfOpen || t.RefusesCredentials))
        {
            return Verdict.Unreachable;
        }

        if (troubles.Any(t => t.AnswersBootstrapping || t.OverloadedShare >= 1))
        {
            return Verdict.Refuses;
        }

        var believed = plan.All.Where(process.Gossiper.IsAlive).ToList();
        if (Lacks(believed))
        {
            return Verdict.Refuses;
        }

        if (Lacks(believed.Where(n => Reach(process.Node, n, isWrite) != Reachability.Never)))
        {
            return Verdict.Fails;
        }

        return troubles.None && IsCertain(believed) ? Verdict.Serves : Verdict.Uncertain;

        // A read may have to repair, so that it is certain only where a write would be; and it asks one replica in reserve, so
        // that which ones it drew matters as soon as two of them are silent, or one is at times.
        bool IsCertain(List<int> replicas)
        {
            if (isWrite)
            {
                return !Lacks(replicas.Where(n => Reach(process.Node, n, true) == Reachability.Always));
            }

            var reach = replicas.ToDictionary(n => n, n => Min(Reach(process.Node, n, false), Reach(process.Node, n, true)));
            var sure = replicas.Where(n => reach[n] == Reachability.Always).ToList();
            var reserve = level.CountsEachDatacenter(replication) ? 0 : 1;
            return !reach.ContainsValue(Reachability.Sometimes) && !Lacks(sure) && Counted(replicas) - Counted(sure) <= reserve;
        }

        int Counted(List<int> nodes) => level.IsLocal() && !replication.IsSimple
            ? nodes.Count(n => process.DatacenterOf(n) == process.Node.Datacenter)
            : nodes.Count;

        bool Lacks(IEnumerable<int> alive) =>
            ConsistencyRules.Judge(level, replication, process.Node.Datacenter, [.. alive], process.DatacenterOf, pending) is not null;
    }

    private Reachability Reach(Node from, int to, bool isWrite)
    {
        var node = cluster.Nodes[to];
        if (node.Process is not { State: not NodeState.Booting } process || process.Life.IsPaused || (isWrite && node.Disk.Store.IsDiskFull))
        {
            return Reachability.Never;
        }

        var there = LossBetween(from.Index, to, isWrite ? Verb.Mutation : Verb.Read);
        var back = LossBetween(to, from.Index, isWrite ? Verb.MutationResponse : Verb.ReadResponse);
        if (there >= 1 || back >= 1)
        {
            return Reachability.Never;
        }

        return there > 0 || back > 0 || !node.Troubles.None ? Reachability.Sometimes : Reachability.Always;
    }

    private static Reachability Min(Reachability a, Reachability b) => a < b ? a : b;

    private double LossBetween(int from, int to, Verb verb) => from == to ? 0 : cluster.Network.LinkOf(from, to).LossOf(verb);

    private enum Reachability
    {
        Never,
        Sometimes,
        Always,
    }
}
