namespace Holdfast.Lab.Cluster.Topology;

/// <summary>
/// Who owns what, in one node's opinion: every node builds its own from the endpoints it knows. Immutable; a change of
/// membership makes a new one.
/// </summary>
internal sealed class TokenRing
{
    private readonly long[] tokens;
    private readonly RingMember[] owners;
    private readonly SortedDictionary<string, (int Nodes, int Racks)> datacenters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]?[]> replicaSets = new(StringComparer.Ordinal);

    public TokenRing(IEnumerable<RingMember> members)
    {
        Members = [.. members.OrderBy(m => m.Node)];
        var entries = Members.SelectMany(m => m.Tokens.Select(token => (Token: token, Owner: m)))
            .OrderBy(e => e.Token).ThenBy(e => e.Owner.Node).ToArray();
        tokens = Array.ConvertAll(entries, e => e.Token);
        owners = Array.ConvertAll(entries, e => e.Owner);
        foreach (var group in Members.GroupBy(m => m.Datacenter, StringComparer.Ordinal))
        {
            datacenters[group.Key] = (group.Count(), group.Select(m => m.Rack).Distinct(StringComparer.Ordinal).Count());
        }
    }

    public IReadOnlyList<RingMember> Members { get; }

    public IReadOnlyCollection<string> Datacenters => datacenters.Keys;

    /// <summary>How many token ranges there are; <see cref="RangeOf"/> is below it.</summary>
    public int Ranges => tokens.Length;

    /// <summary>The range that ends at the first token at or after the given one, around the ring.</summary>
    public int RangeOf(long token)
    {
        var index = Array.BinarySearch(tokens, token);
        index = index < 0 ? ~index : index;
        return index == tokens.Length ? 0 : index;
    }

    public long TokenOf(int range) => tokens[range];

    /// <summary>The natural replicas of a token, the primary first. Empty only when the ring is.</summary>
    public int[] ReplicasOf(long token, Replication replication) =>
        tokens.Length == 0 ? [] : ReplicasOfRange(RangeOf(token), replication);

    public int[] ReplicasOfRange(int range, Replication replication)
    {
        if (!replicaSets.TryGetValue(replication.Key, out var sets))
        {
            replicaSets[replication.Key] = sets = new int[]?[tokens.Length];
        }

        return sets[range] ??= replication.IsSimple ? Walk(range, replication.SimpleFactor) : WalkDatacenters(range, replication);
    }

    private int[] Walk(int start, int factor)
    {
        var replicas = new List<int>(factor);
        for (var i = 0; i < owners.Length && replicas.Count < factor; i++)
        {
            var node = owners[(start + i) % owners.Length].Node;
            if (!replicas.Contains(node))
            {
                replicas.Add(node);
            }
        }

        return [.. replicas];
    }

    /// <summary>
    /// Cassandra's walk: each data centre takes nodes of racks it has not used yet; a rack repeats only as often as the
    /// factor exceeds the number of racks.
    /// </summary>
    private int[] WalkDatacenters(int start, Replication replication)
    {
        var replicas = new List<int>(replication.TotalFactor);
        var wanted = new List<DatacenterWalk>();
        foreach (var (name, factor) in replication.Factors)
        {
            if (datacenters.TryGetValue(name, out var has))
            {
                wanted.Add(new DatacenterWalk(name, Math.Min(factor, has.Nodes), Math.Max(0, factor - has.Racks)));
            }
        }

        for (var i = 0; i < owners.Length && wanted.Exists(w => !w.Done); i++)
        {
            var owner = owners[(start + i) % owners.Length];
            var walk = wanted.Find(w => w.Name == owner.Datacenter);
            if (walk is not null && !replicas.Contains(owner.Node) && walk.Take(owner.Rack))
            {
                replicas.Add(owner.Node);
            }
        }

        return [.. replicas];
    }

    private sealed class DatacenterWalk(string name, int missing, int rackRepeats)
    {
        private readonly HashSet<string> racks = new(StringComparer.Ordinal);

        public string Name => name;

        public bool Done => missing == 0;

        public bool Take(string rack)
        {
            if (Done)
            {
                return false;
            }

            if (!racks.Add(rack))
            {
                if (rackRepeats == 0)
                {
                    return false;
                }

                rackRepeats--;
            }

            missing--;
            return true;
        }
    }
}
