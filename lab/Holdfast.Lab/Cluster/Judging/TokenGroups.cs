using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Cluster.Judging;

/// <summary>
/// Tokens that are judged alike while the rings stay as they are: those to which every ring that any node believes in gives the
/// same replicas. While nodes come and go there are several rings, and more groups.
/// </summary>
internal sealed class TokenGroups
{
    private readonly long[] boundaries;
    private readonly int[] groupOf;
    private readonly List<long> representatives = [];

    /// <param name="rings">Each of another opinion.</param>
    /// <param name="replication">How the keys to judge are replicated.</param>
    /// <param name="only">Groups are made for these alone; null for all of them.</param>
    public TokenGroups(IReadOnlyList<TokenRing> rings, Replication replication, IReadOnlyList<long>? only)
    {
        Rings = rings;
        boundaries = [.. rings.SelectMany(r => Enumerable.Range(0, r.Ranges).Select(r.TokenOf)).Distinct().Order()];
        groupOf = new int[Math.Max(1, boundaries.Length)];
        Array.Fill(groupOf, -1);
        var known = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var tokens = only ?? (boundaries.Length == 0 ? [0] : boundaries);
        foreach (var token in tokens)
        {
            var replicas = string.Join(';', rings.Select(r => string.Join(',', r.ReplicasOf(token, replication).Order())));
            if (!known.TryGetValue(replicas, out var group))
            {
                known[replicas] = group = representatives.Count;
                representatives.Add(token);
            }

            groupOf[RangeOf(token)] = group;
        }
    }

    public IReadOnlyList<TokenRing> Rings { get; }

    /// <summary>One token of each group.</summary>
    public IReadOnlyList<long> Representatives => representatives;

    public int GroupOf(long token)
    {
        var group = groupOf[RangeOf(token)];
        return group >= 0 ? group : throw new ArgumentException("this token is not among those that are judged", nameof(token));
    }

    /// <summary>What all nodes believe, each opinion once.</summary>
    public static IReadOnlyList<TokenRing> RingsOf(LabCluster cluster)
    {
        var rings = new List<TokenRing>();
        foreach (var ring in cluster.Nodes.SelectMany(n => n.Process?.Ring.All ?? []))
        {
            if (!rings.Exists(r => ReferenceEquals(r, ring) || r.HasSameMembersAs(ring)))
            {
                rings.Add(ring);
            }
        }

        return rings.Count > 0 ? rings : [cluster.JoinedRing()];
    }

    private int RangeOf(long token)
    {
        var index = Array.BinarySearch(boundaries, token);
        index = index < 0 ? ~index : index;
        return index >= boundaries.Length ? 0 : index;
    }
}
