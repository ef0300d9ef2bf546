namespace Holdfast.Lab.Cluster.Judging;

/// <summary>The verdicts of a time in which no ring changed: a line of changes for each coordinator, group of tokens and kind.</summary>
internal sealed class VerdictEpoch(TimeSpan from, TokenGroups groups)
{
    private readonly Dictionary<(int Coordinator, int Group, RequestKind Kind), List<(TimeSpan From, Verdict Verdict)>> lines = [];

    public TimeSpan From => from;

    public TokenGroups Groups => groups;

    public void Add(TimeSpan at, int coordinator, int group, RequestKind kind, Verdict verdict)
    {
        if (!lines.TryGetValue((coordinator, group, kind), out var line))
        {
            lines[(coordinator, group, kind)] = line = [];
        }

        if (line.Count > 0 && line[^1].From == at)
        {
            line.RemoveAt(line.Count - 1); // taken again in the same instant: the later word holds
        }

        if (line.Count == 0 || line[^1].Verdict != verdict)
        {
            line.Add((at, verdict));
        }
    }

    /// <summary>In order; each holds until the next. A node that was not there yet could be reached by nobody.</summary>
    public IReadOnlyList<(TimeSpan From, Verdict Verdict)> Line(int coordinator, long token, RequestKind kind) =>
        lines.TryGetValue((coordinator, groups.GroupOf(token), kind), out var line) ? line : [(from, Verdict.Unreachable)];

    /// <summary>Drops what was over before the moment.</summary>
    public void Forget(TimeSpan before)
    {
        foreach (var line in lines.Values)
        {
            var over = line.FindLastIndex(v => v.From <= before);
            if (over > 0)
            {
                line.RemoveRange(0, over);
            }
        }
    }
}
