using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Cluster.Judging;

/// <summary>
/// The oracle's verdicts over time, taken anew whenever anything in the cluster changed: a client's request can be judged
/// afterwards, by what was true while it ran. Nodes may join and leave meanwhile.
/// </summary>
internal sealed class VerdictTimeline
{
    private readonly LabCluster cluster;
    private readonly Oracle oracle;
    private readonly Replication replication;
    private readonly IReadOnlyList<RequestKind> kinds;
    private readonly IReadOnlyList<long>? tokens;
    private readonly List<VerdictEpoch> epochs = [];
    private IReadOnlyList<TokenRing> ringsSeen = [];
    private TimeSpan forgottenAt;
    private bool scheduled;

    /// <param name="cluster">Judged from now on.</param>
    /// <param name="replication">How the keys to judge are replicated.</param>
    /// <param name="kinds">The levels that matter, for reads and writes.</param>
    /// <param name="tokens">Only these will be asked for; any token without them.</param>
    public VerdictTimeline(
        LabCluster cluster, Replication replication, IReadOnlyList<RequestKind> kinds, IReadOnlyList<long>? tokens = null)
    {
        this.cluster = cluster;
        this.replication = replication;
        this.kinds = kinds;
        this.tokens = tokens;
        oracle = new Oracle(cluster);
        Take();
        cluster.Changed += Schedule;
    }

    /// <summary>What is older is forgotten: for a lab that runs for days.</summary>
    public TimeSpan? Keep { get; init; }

    public TimeSpan Since => epochs[0].From;

    public IReadOnlyList<RequestKind> Kinds => kinds;

    /// <summary>Every verdict on a coordinator that held at any moment from one to the other, in order, without gaps.</summary>
    public IReadOnlyList<VerdictSpan> Between(int coordinator, long token, RequestKind kind, TimeSpan from, TimeSpan to)
    {
        var spans = new List<VerdictSpan>();
        for (var i = epochs.FindLastIndex(e => e.From <= from) is var first and >= 0 ? first : 0; i < epochs.Count && epochs[i].From <= to; i++)
        {
            var end = i + 1 < epochs.Count ? epochs[i + 1].From : TimeSpan.MaxValue;
            var line = epochs[i].Line(coordinator, token, kind);
            for (var j = 0; j < line.Count && line[j].From <= to; j++)
            {
                var until = j + 1 < line.Count ? line[j + 1].From : end;
                if (until > from)
                {
                    Append(spans, new VerdictSpan(Later(line[j].From, from), until < to ? until : to, line[j].Verdict));
                }
            }
        }

        return spans;
    }

    public Verdict At(int coordinator, long token, RequestKind kind, TimeSpan moment) =>
        Between(coordinator, token, kind, moment, moment)[^1].Verdict;

    /// <summary>The one verdict that held from one moment to the other, or null when it changed meanwhile.</summary>
    public Verdict? Throughout(int coordinator, long token, RequestKind kind, TimeSpan from, TimeSpan to) =>
        Between(coordinator, token, kind, from, to) is [var only] ? only.Verdict : null;

    /// <summary>Some coordinator of the data centre could serve at the moment.</summary>
    public bool AnyServes(string datacenter, long token, RequestKind kind, TimeSpan moment) =>
        AnyServesThroughout(datacenter, token, kind, moment, moment);

    /// <summary>One and the same coordinator of the data centre could serve all the while: whoever failed a request then had a choice.</summary>
    public bool AnyServesThroughout(string datacenter, long token, RequestKind kind, TimeSpan from, TimeSpan to) =>
        cluster.Nodes.Any(n => n.Datacenter == datacenter && Throughout(n.Index, token, kind, from, to) == Verdict.Serves);

    /// <summary>Some coordinator of the data centre could serve, surely or perhaps, at some moment between the two.</summary>
    public bool AnyMightServe(string datacenter, long token, RequestKind kind, TimeSpan from, TimeSpan to) =>
        cluster.Nodes.Any(n => n.Datacenter == datacenter
            && Between(n.Index, token, kind, from, to).Any(s => s.Verdict is Verdict.Serves or Verdict.Uncertain));

    public void Stop() => cluster.Changed -= Schedule;

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static void Append(List<VerdictSpan> spans, VerdictSpan next)
    {
        if (spans.Count > 0 && spans[^1].Verdict == next.Verdict)
        {
            spans[^1] = spans[^1] with { To = next.To };
        }
        else
        {
            spans.Add(next);
        }
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
        var now = cluster.Scheduler.Now;
        BeginEpochIfRingsChanged(now);
        if (Keep is { } keep && now - forgottenAt > keep / 4)
        {
            Forget(now - keep);
        }

        var epoch = epochs[^1];
        for (var group = 0; group < epoch.Groups.Representatives.Count; group++)
        {
            var token = epoch.Groups.Representatives[group];
            foreach (var node in cluster.Nodes)
            {
                foreach (var kind in kinds)
                {
                    epoch.Add(now, node.Index, group, kind, oracle.Judge(node.Index, token, replication, kind.Level, kind.IsWrite));
                }
            }
        }
    }

    private void BeginEpochIfRingsChanged(TimeSpan now)
    {
        var rings = cluster.Nodes.SelectMany(n => n.Process?.Ring.All ?? []).ToList();
        if (epochs.Count > 0 && rings.SequenceEqual(ringsSeen))
        {
            return;
        }

        ringsSeen = rings;
        var opinions = TokenGroups.RingsOf(cluster);
        if (epochs.Count == 0 || !AreAlike(opinions, epochs[^1].Groups.Rings))
        {
            epochs.Add(new VerdictEpoch(now, new TokenGroups(opinions, replication, tokens)));
        }
    }

    private void Forget(TimeSpan before)
    {
        forgottenAt = cluster.Scheduler.Now;
        var current = epochs.FindLastIndex(e => e.From <= before);
        if (current > 0)
        {
            epochs.RemoveRange(0, current);
        }

        epochs[0].Forget(before);
    }

    private static bool AreAlike(IReadOnlyList<TokenRing> one, IReadOnlyList<TokenRing> other) =>
        one.Count == other.Count && one.All(ring => other.Any(ring.HasSameMembersAs));
}
