using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>Counts one request's answers towards its level; EACH_QUORUM needs its quorum in every data centre.</summary>
internal sealed class AckCount
{
    private readonly Func<int, string> datacenterOf;
    private readonly string? onlyDatacenter;
    private readonly SortedDictionary<string, int>? missing;

    public AckCount(
        ConsistencyLevel level, Replication replication, string localDatacenter, Func<int, string> datacenterOf, int blockFor)
    {
        this.datacenterOf = datacenterOf;
        BlockFor = blockFor;
        onlyDatacenter = level.IsLocal() && !replication.IsSimple ? localDatacenter : null;
        if (level.CountsEachDatacenter(replication))
        {
            missing = new SortedDictionary<string, int>(StringComparer.Ordinal);
            foreach (var (datacenter, factor) in replication.Factors)
            {
                missing[datacenter] = ConsistencyRules.Quorum(factor);
            }
        }
    }

    public int BlockFor { get; }

    public int Received { get; private set; }

    public bool IsMet => missing is null ? Received >= BlockFor : missing.Values.All(m => m <= 0);

    /// <summary>As told in a timeout: never as many as needed, or the client would wonder why it failed.</summary>
    public int ReceivedShort => Math.Min(Received, BlockFor - 1);

    public bool Counts(int node) => onlyDatacenter is null || onlyDatacenter == datacenterOf(node);

    public void Add(int node)
    {
        if (!Counts(node))
        {
            return;
        }

        Received++;
        if (missing is not null && missing.TryGetValue(datacenterOf(node), out var left))
        {
            missing[datacenterOf(node)] = left - 1;
        }
    }

    /// <summary>Whether the level could be met if all of these answered yet.</summary>
    public bool CouldBeMetBy(IReadOnlyList<int> silent)
    {
        if (missing is null)
        {
            return Received + silent.Count(Counts) >= BlockFor;
        }

        foreach (var (datacenter, left) in missing)
        {
            if (silent.Count(n => datacenterOf(n) == datacenter) < left)
            {
                return false;
            }
        }

        return true;
    }
}
