using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Cluster.Judging;

/// <summary>
/// This folder: judging. The oracle sees the whole cluster at once, as no node can: for any key, level and coordinator it
/// tells whether the request could be served at a moment. A client of the lab is judged by it, and so is the lab itself.
/// </summary>
internal static class Oracle
{
    public static Verdict Judge(ClusterMoment moment, int coordinator, Question question)
    {
        if (coordinator >= moment.Nodes.Count)
        {
            return Verdict.Unreachable; // not there yet
        }

        var node = moment.Nodes[coordinator];
        if (!node.TakesClients || node.AnswersNobody)
        {
            return Verdict.Unreachable;
        }

        return node.RefusesAll || (node.RefusesReads && !question.IsWrite) ? Verdict.Refuses : new Judgement(moment, coordinator, question).Verdict;
    }

    private enum Reachability
    {
        Never,
        Sometimes,
        Always,
    }

    /// <summary>One question to one coordinator that takes requests.</summary>
    private sealed class Judgement
    {
        private readonly ClusterMoment moment;
        private readonly int coordinator;
        private readonly Question question;
        private readonly int pending;
        private readonly int hints; // at ANY a hint is an answer

        public Judgement(ClusterMoment moment, int coordinator, Question question)
        {
            this.moment = moment;
            this.coordinator = coordinator;
            this.question = question;
            var node = moment.Nodes[coordinator];
            var rings = node.Rings!.Value;
            var plan = question.IsWrite
                ? rings.PlanWrite(question.Token, question.Replication)
                : new WritePlan(rings.Current.ReplicasOf(question.Token, question.Replication), []);
            var local = node.Datacenter;
            pending = question.Level.IsLocal() ? plan.Pending.Count(n => moment.Nodes[n].Datacenter == local) : plan.Pending.Length;
            hints = question.Level == ConsistencyLevel.Any ? plan.All.Count(n => node.KeepsHintsFor[n]) : 0;
            Verdict = Judge([.. plan.All.Where(n => node.BelievesAlive[n])]);
        }

        public Verdict Verdict { get; }

        private Verdict Judge(List<int> believed)
        {
            if (question.Level != ConsistencyLevel.Any && Lacks(believed))
            {
                return Verdict.Refuses;
            }

            var reach = believed.ConvertAll(n => question.IsWrite ? ReachOfWrite(n, believed) : Reach(n, isWrite: false));
            if (Lacks(Those(believed, reach, r => r != Reachability.Never)))
            {
                return Verdict.Fails;
            }

            return !moment.Nodes[coordinator].HasTroubles && IsCertain(believed, reach) ? Verdict.Serves : Verdict.Uncertain;
        }

        /// <summary>
        /// A read may have to repair, so that it is certain only where a write would be; and it asks one replica in reserve, so
        /// that which ones it drew matters as soon as two of them are silent, or one is at times.
        /// </summary>
        private bool IsCertain(List<int> believed, List<Reachability> reach)
        {
            if (question.IsWrite)
            {
                return !Lacks(Those(believed, reach, r => r == Reachability.Always));
            }

            for (var i = 0; i < believed.Count; i++)
            {
                var asWrite = Reach(believed[i], isWrite: true);
                reach[i] = asWrite < reach[i] ? asWrite : reach[i];
            }

            var sure = Those(believed, reach, r => r == Reachability.Always);
            var reserve = question.Level.CountsEachDatacenter(question.Replication) ? 0 : 1;
            return !reach.Contains(Reachability.Sometimes) && !Lacks(sure) && Counted(believed) - Counted(sure) <= reserve;
        }

        private static List<int> Those(List<int> nodes, List<Reachability> reach, Predicate<Reachability> fits)
        {
            var those = new List<int>(nodes.Count);
            for (var i = 0; i < nodes.Count; i++)
            {
                if (fits(reach[i]))
                {
                    those.Add(nodes[i]);
                }
            }

            return those;
        }

        private int Counted(List<int> nodes)
        {
            if (!question.Level.IsLocal() || question.Replication.IsSimple)
            {
                return nodes.Count;
            }

            var (all, local) = (moment.Nodes, moment.Nodes[coordinator].Datacenter);
            return nodes.Count(n => all[n].Datacenter == local);
        }

        private bool Lacks(List<int> alive)
        {
            if (question.Level == ConsistencyLevel.Any)
            {
                return alive.Count + hints <= pending;
            }

            var nodes = moment.Nodes;
            return ConsistencyRules.Judge(
                question.Level, question.Replication, nodes[coordinator].Datacenter, alive, n => nodes[n].Datacenter, pending) is not null;
        }

        /// <summary>Into another data centre a write goes by way of one of the replicas there, whichever is drawn.</summary>
        private Reachability ReachOfWrite(int to, List<int> believed)
        {
            var direct = Reach(to, isWrite: true);
            var there = moment.Nodes[to].Datacenter;
            if (there == moment.Nodes[coordinator].Datacenter || !moment.Nodes[to].AnswersPeers)
            {
                return direct;
            }

            var (best, worst) = (direct, direct);
            foreach (var by in believed.Where(n => n != to && moment.Nodes[n].Datacenter == there))
            {
                var reach = ReachBy(by, to);
                best = reach > best ? reach : best;
                worst = reach < worst ? reach : worst;
            }

            return best == worst ? best : Reachability.Sometimes;
        }

        private Reachability ReachBy(int by, int to)
        {
            var loss = Math.Max(
                Math.Max(moment.LossBetween(coordinator, by).Mutation, moment.LossBetween(by, to).Mutation),
                moment.LossBetween(to, coordinator).MutationResponse);
            if (loss >= 1 || !moment.Nodes[by].AnswersPeers || moment.Nodes[to].IsDiskFull)
            {
                return Reachability.Never;
            }

            return loss > 0 || moment.Nodes[by].HasTroubles || moment.Nodes[to].HasTroubles ? Reachability.Sometimes : Reachability.Always;
        }

        private Reachability Reach(int to, bool isWrite)
        {
            var node = moment.Nodes[to];
            if (!node.AnswersPeers || (isWrite && node.IsDiskFull))
            {
                return Reachability.Never;
            }

            var (there, back) = (moment.LossBetween(coordinator, to), moment.LossBetween(to, coordinator));
            var loss = isWrite ? Math.Max(there.Mutation, back.MutationResponse) : Math.Max(there.Read, back.ReadResponse);
            return loss >= 1 ? Reachability.Never : loss > 0 || node.HasTroubles ? Reachability.Sometimes : Reachability.Always;
        }
    }
}
