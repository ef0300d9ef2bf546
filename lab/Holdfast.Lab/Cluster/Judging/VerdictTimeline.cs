using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Cluster.Judging;

/// <summary>
/// The oracle's verdicts over time, taken anew whenever anything in the cluster changed: a client's request can be judged
/// afterwards, by what was true while it ran.
/// </summary>
internal sealed class VerdictTimeline
{
    private readonly LabCluster cluster;
    private readonly Oracle oracle;
    private readonly Replication replication;
    private readonly IReadOnlyList<(ConsistencyLevel Level, bool IsWrite)> kinds;
    private readonly TokenRing ring;
    private readonly SortedDictionary<string, int> rangeOfReplicaSet = new(StringComparer.Ordinal);
    private readonly int[] representative;
    private readonly Dictionary<Question, List<(TimeSpan From, Verdict Verdict)>> verdicts = [];
    private bool scheduled;

    /// <param name="cluster">Warm: the ring is taken once, from its first node.</param>
    /// <param name="replication">How the keys to judge are replicated.</param>
    /// <param name="kinds">The levels that matter, for reads and writes.</param>
    /// <param name="tokens">Only the ranges of these; all ranges without them.</param>
    public VerdictTimeline(
        LabCluster cluster,
        Replication replication,
        IReadOnlyList<(ConsistencyLevel Level, bool IsWrite)> kinds,
        IReadOnlyList<long>? tokens = null)
    {
        this.cluster = cluster;
        this.replication = replication;
        this.kinds = kinds;
        oracle = new Oracle(cluster);
        ring = cluster.Nodes[0].Process!.Ring.Current;
        representative = new int[ring.Ranges];
        foreach (var range in tokens is null ? Enumerable.Range(0, ring.Ranges) : tokens.Select(ring.RangeOf))
        {
            var set = string.Join(',', ring.ReplicasOfRange(range, replication).Order());
            rangeOfReplicaSet.TryAdd(set, range);
            representative[range] = rangeOfReplicaSet[set];
        }

        Take();
        cluster.Changed += Schedule;
    }

    /// <summary>False for a node that was added later.</summary>
    public bool Knows(int coordinator) => verdicts.ContainsKey(new Question(coordinator, representative[0], kinds[0].Level, kinds[0].IsWrite));

    /// <summary>The one verdict that held from one moment to the other, or null when it changed meanwhile.</summary>
    public Verdict? Throughout(int coordinator, long token, ConsistencyLevel level, bool isWrite, TimeSpan from, TimeSpan to)
    {
        var line = verdicts[new Question(coordinator, representative[ring.RangeOf(token)], level, isWrite)];
        var at = line.FindLastIndex(v => v.From <= from);
        return at >= 0 && (at == line.Count - 1 || line[at + 1].From > to) ? line[at].Verdict : null;
    }

    /// <summary>All changes of all verdicts are taken together at the end of the instant in which they happened.</summary>
    private void Schedule()
    {
        if (!scheduled)
        {
            scheduled = true;
            cluster.Scheduler.Post(() =>
            {
                scheduled = false;
                Take();
            });
        }
    }

    private void Take()
    {
        foreach (var range in rangeOfReplicaSet.Values)
        {
            var token = ring.TokenOf(range);
            foreach (var node in cluster.Nodes)
            {
                foreach (var (level, isWrite) in kinds)
                {
                    var verdict = oracle.Judge(node.Index, token, replication, level, isWrite);
                    Add(new Question(node.Index, range, level, isWrite), verdict);
                }
            }
        }
    }

    private void Add(Question question, Verdict verdict)
    {
        if (!verdicts.TryGetValue(question, out var line))
        {
            verdicts[question] = line = [];
        }

        if (line.Count == 0 || line[^1].Verdict != verdict)
        {
            line.Add((cluster.Scheduler.Now, verdict));
        }
    }
}
