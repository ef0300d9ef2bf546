namespace Holdfast.Lab.Cluster.Judging;

/// <summary>
/// The cluster's moments, one for every change: a client's request can be judged afterwards, by what was true while it ran.
/// Nodes may join and leave meanwhile.
/// </summary>
internal sealed class VerdictTimeline
{
    private readonly LabCluster cluster;
    private readonly List<(TimeSpan From, ClusterMoment Moment)> moments = [];
    private bool scheduled;

    /// <param name="cluster">Judged from now on.</param>
    public VerdictTimeline(LabCluster cluster)
    {
        this.cluster = cluster;
        Take();
        cluster.Changed += Schedule;
    }

    /// <summary>What is older is forgotten: for a lab that runs for days.</summary>
    public TimeSpan? Keep { get; set; }

    /// <summary>Nothing is known of the time before.</summary>
    public TimeSpan Since => moments[0].From;

    /// <summary>Every verdict on a coordinator that held at any moment from one to the other, in order, without gaps.</summary>
    public IReadOnlyList<VerdictSpan> Between(int coordinator, Question question, TimeSpan from, TimeSpan to)
    {
        var spans = new List<VerdictSpan>();
        for (var i = IndexAt(from); i < moments.Count && (moments[i].From <= to || spans.Count == 0); i++)
        {
            var verdict = Oracle.Judge(moments[i].Moment, coordinator, question);
            var until = i + 1 < moments.Count && moments[i + 1].From < to ? moments[i + 1].From : to;
            if (spans.Count > 0 && spans[^1].Verdict == verdict)
            {
                spans[^1] = spans[^1] with { To = until };
            }
            else
            {
                spans.Add(new VerdictSpan(moments[i].From > from ? moments[i].From : from, until, verdict));
            }
        }

        return spans;
    }

    public Verdict At(int coordinator, Question question, TimeSpan moment) =>
        Oracle.Judge(moments[IndexAt(moment)].Moment, coordinator, question);

    /// <summary>The one verdict that held from one moment to the other, or null when it changed meanwhile.</summary>
    public Verdict? Throughout(int coordinator, Question question, TimeSpan from, TimeSpan to) =>
        Between(coordinator, question, from, to) is [var only] ? only.Verdict : null;

    /// <summary>Some coordinator of the data centre could serve at the moment.</summary>
    public bool AnyServes(string datacenter, Question question, TimeSpan moment) =>
        cluster.Nodes.Any(n => n.Datacenter == datacenter && At(n.Index, question, moment) == Verdict.Serves);

    /// <summary>One and the same coordinator of the data centre could serve all the while: whoever failed a request then had a choice.</summary>
    public bool AnyServesThroughout(string datacenter, Question question, TimeSpan from, TimeSpan to) =>
        cluster.Nodes.Any(n => n.Datacenter == datacenter && Throughout(n.Index, question, from, to) == Verdict.Serves);

    /// <summary>Some coordinator of the data centre could serve at some moment between the two.</summary>
    public bool AnyServesAtTimes(string datacenter, Question question, TimeSpan from, TimeSpan to) =>
        cluster.Nodes.Any(n => n.Datacenter == datacenter
            && Between(n.Index, question, from, to).Any(s => s.Verdict == Verdict.Serves));

    /// <summary>Some coordinator of the data centre could serve, surely or perhaps, at some moment between the two.</summary>
    public bool AnyMightServe(string datacenter, Question question, TimeSpan from, TimeSpan to) =>
        cluster.Nodes.Any(n => n.Datacenter == datacenter
            && Between(n.Index, question, from, to).Any(s => s.Verdict is Verdict.Serves or Verdict.Uncertain));

    public void Stop() => cluster.Changed -= Schedule;

    /// <summary>Of the moment that held then, or of the first that is known.</summary>
    private int IndexAt(TimeSpan time)
    {
        var (low, high) = (0, moments.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = moments[middle].From <= time ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>All changes of one instant are taken together at its end.</summary>
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
        if (moments.Count > 0 && moments[^1].From == now)
        {
            moments.RemoveAt(moments.Count - 1); // taken again in the same instant: the later one holds
        }

        moments.Add((now, ClusterMoment.Of(cluster)));
        if (Keep is { } keep && moments.Count > 1 && moments[1].From <= now - (keep * 1.25))
        {
            moments.RemoveRange(0, IndexAt(now - keep));
        }
    }
}
