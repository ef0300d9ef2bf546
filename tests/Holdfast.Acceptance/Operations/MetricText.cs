using System.Text.RegularExpressions;

namespace Holdfast.Acceptance.Operations;

/// <summary>What a scrape says, and what a query asks for.</summary>
internal static partial class MetricText
{
    /// <summary>The names of all series in a scrape.</summary>
    public static IReadOnlySet<string> Names(string scrape) => scrape.Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line[..line.AsSpan().IndexOfAny('{', ' ')])
        .ToHashSet();

    /// <summary>The metrics and recorded series that a query names; Prometheus' own are not among them.</summary>
    public static IEnumerable<string> NamesIn(string query) => Name().Matches(Selector().Replace(query, "")).Select(match => match.Value);

    [GeneratedRegex(@"\{[^}]*\}|""[^""]*""|\b(?:by|on|without|ignoring|group_left|group_right) \([^)]*\)")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\b(?:job:|coordinator:)?(?:holdfast|http|kask|db|dotnet|kestrel)_[a-z0-9_:]+")]
    private static partial Regex Name();
}
