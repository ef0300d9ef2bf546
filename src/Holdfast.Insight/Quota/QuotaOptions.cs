namespace Holdfast.Insight.Quota;

/// <summary>The section <c>quota</c>: the limits of all namespaces, and what becomes of writes beyond them.</summary>
public sealed class QuotaOptions
{
    /// <summary><c>namespaces</c>: limits by namespace.</summary>
    public IReadOnlyDictionary<string, QuotaLimit> Namespaces { get; set; } = new Dictionary<string, QuotaLimit>();

    /// <summary><c>default</c>: the limit of each namespace that has a name and none of its own.</summary>
    public QuotaLimit Default { get; set; }

    /// <summary><c>enforce</c>: whether writes beyond a limit are refused to the keys that are rewritten most; otherwise they are counted alone.</summary>
    public bool Enforce { get; set; }

    /// <summary>The limit of a namespace; what has no name of its own is limited only when it is named here.</summary>
    internal QuotaLimit Of(string name, bool isShared) =>
        Namespaces.TryGetValue(name, out QuotaLimit own) ? own : isShared ? default : Default;
}
