namespace Holdfast.Lab.Cluster.Internode;

/// <summary>
/// One direction between two nodes. Faults stack rules on it and take their own off again, so that overlapping faults heal
/// independently of each other.
/// </summary>
internal sealed class Link
{
    private readonly List<LinkRule> rules = [];

    public IReadOnlyList<LinkRule> Rules => rules;

    /// <summary>The incarnations of both ends when they last connected.</summary>
    public (int From, int To) ConnectedBetween { get; set; } = (-1, -1);

    public void Add(LinkRule rule) => rules.Add(rule);

    public void Remove(LinkRule rule) => rules.Remove(rule);

    /// <summary>The strongest loss among the rules that concern the verb.</summary>
    public double LossOf(Verb verb)
    {
        var loss = 0.0;
        foreach (var rule in rules)
        {
            if (rule.Concerns(verb))
            {
                loss = Math.Max(loss, rule.Loss);
            }
        }

        return loss;
    }

    public TimeSpan ExtraLatency
    {
        get
        {
            var extra = TimeSpan.Zero;
            foreach (var rule in rules)
            {
                extra += rule.ExtraLatency;
            }

            return extra;
        }
    }
}

/// <summary>What a fault does to one direction. Without verbs it concerns all of them; a loss of 1 is a cut.</summary>
internal sealed class LinkRule(double loss, TimeSpan extraLatency = default, IReadOnlyList<Verb>? verbs = null)
{
    public double Loss => loss;

    public TimeSpan ExtraLatency => extraLatency;

    public bool Concerns(Verb verb) => verbs is null || verbs.Contains(verb);

    public static LinkRule Cut(params Verb[] verbs) => new(1, default, verbs.Length == 0 ? null : verbs);
}
