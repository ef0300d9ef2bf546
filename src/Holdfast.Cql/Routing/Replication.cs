namespace Holdfast.Cql.Routing;

/// <summary>How a keyspace is replicated.</summary>
/// <param name="FactorByDataCenter">NetworkTopologyStrategy's factors; empty for SimpleStrategy.</param>
/// <param name="SimpleFactor">SimpleStrategy's factor; 0 for NetworkTopologyStrategy.</param>
public sealed record Replication(IReadOnlyDictionary<string, int> FactorByDataCenter, int SimpleFactor)
{
    /// <summary>
    /// Reads the map of <c>system_schema.keyspaces.replication</c>; null when the strategy is neither of the two or a
    /// factor is not a number (transient replicas, '3/1', count as the number before the slash).
    /// </summary>
    public static Replication? Parse(IReadOnlyDictionary<string, string> map)
    {
        if (!map.TryGetValue("class", out string? strategy))
        {
            return null;
        }

        Dictionary<string, int> factors = new(StringComparer.Ordinal);
        foreach ((string name, string text) in map)
        {
            if (name == "class")
            {
                continue;
            }

            if (!int.TryParse(text.Split('/')[0], out int factor) || factor < 0)
            {
                return null;
            }

            factors[name] = factor;
        }

        if (strategy.EndsWith("NetworkTopologyStrategy", StringComparison.Ordinal))
        {
            return new Replication(factors, 0);
        }

        return strategy.EndsWith("SimpleStrategy", StringComparison.Ordinal)
            && factors.TryGetValue("replication_factor", out int simple)
            ? new Replication(new Dictionary<string, int>(StringComparer.Ordinal), simple)
            : null;
    }
}
