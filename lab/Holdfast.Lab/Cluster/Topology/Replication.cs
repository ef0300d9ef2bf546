namespace Holdfast.Lab.Cluster.Topology;

/// <summary>How many copies, and where: SimpleStrategy (no data centres) or NetworkTopologyStrategy.</summary>
internal sealed record Replication
{
    private Replication(string key, int simpleFactor, IReadOnlyList<(string Datacenter, int Factor)> factors)
    {
        Key = key;
        SimpleFactor = simpleFactor;
        Factors = factors;
    }

    /// <summary>Tells replications apart in caches.</summary>
    public string Key { get; }

    public bool IsSimple => Factors.Count == 0;

    public int SimpleFactor { get; }

    /// <summary>By data centre, in the order of their names.</summary>
    public IReadOnlyList<(string Datacenter, int Factor)> Factors { get; }

    public int TotalFactor => IsSimple ? SimpleFactor : Factors.Sum(f => f.Factor);

    /// <summary>A local level under SimpleStrategy counts every replica, as Cassandra does.</summary>
    public int FactorIn(string datacenter)
    {
        if (IsSimple)
        {
            return SimpleFactor;
        }

        foreach (var (name, factor) in Factors)
        {
            if (name == datacenter)
            {
                return factor;
            }
        }

        return 0;
    }

    public static Replication Simple(int factor) => new($"simple:{factor}", factor, []);

    public static Replication Network(IEnumerable<KeyValuePair<string, int>> factors)
    {
        var ordered = factors.Where(f => f.Value > 0).OrderBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => (f.Key, f.Value)).ToList();
        return new($"network:{string.Join(',', ordered)}", 0, ordered);
    }

    public bool Equals(Replication? other) => other?.Key == Key;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Key);
}
