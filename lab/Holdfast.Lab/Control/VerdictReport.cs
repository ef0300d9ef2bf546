using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Judging;

namespace Holdfast.Lab.Control;

/// <summary>The oracle's answer for clients outside, by the wall clock that they know.</summary>
/// <param name="Token">The key's.</param>
/// <param name="Level">As CQL writes it.</param>
/// <param name="IsWrite">Or a read.</param>
/// <param name="From">As asked, or since when the lab knows.</param>
/// <param name="To">As asked, or now.</param>
/// <param name="Datacenters">Whether a client there had a coordinator.</param>
/// <param name="Coordinators">What held of each, and when.</param>
internal sealed record VerdictReport(
    long Token,
    string Level,
    bool IsWrite,
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<DatacenterVerdict> Datacenters,
    IReadOnlyList<CoordinatorVerdict> Coordinators)
{
    public static VerdictReport Of(
        LabCluster cluster, VerdictTimeline verdicts, Question question, TimeSpan from, TimeSpan to, Func<TimeSpan, DateTimeOffset> toWall)
    {
        var names = cluster.Nodes.Select(n => n.Datacenter).Distinct(StringComparer.Ordinal);
        return new VerdictReport(
            question.Token,
            question.Level.CqlName(),
            question.IsWrite,
            toWall(from),
            toWall(to),
            [.. names.Select(name => new DatacenterVerdict(
                name,
                verdicts.AnyServesThroughout(name, question, from, to),
                verdicts.AnyServesAtTimes(name, question, from, to),
                verdicts.AnyMightServe(name, question, from, to)))],
            [.. cluster.Nodes.Select(n => new CoordinatorVerdict(
                n.Name,
                n.Address.ToString(),
                n.Datacenter,
                [.. verdicts.Between(n.Index, question, from, to).Select(s => new SpanReport(toWall(s.From), toWall(s.To), s.Verdict))]))]);
    }
}

/// <param name="Name">Of the data centre.</param>
/// <param name="CouldServeThroughout">One and the same coordinator could serve from beginning to end: no request had to fail.</param>
/// <param name="CouldServeAtTimes">Some coordinator could, at some moment.</param>
/// <param name="MightServeAtTimes">The same, draws of chance included: where this is false, no request could succeed.</param>
internal sealed record DatacenterVerdict(string Name, bool CouldServeThroughout, bool CouldServeAtTimes, bool MightServeAtTimes);

internal sealed record CoordinatorVerdict(string Name, string Address, string Datacenter, IReadOnlyList<SpanReport> Spans);

internal sealed record SpanReport(DateTimeOffset From, DateTimeOffset To, Verdict Verdict);
