using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>How many answers a level needs, of which data centre, and what is missing: Cassandra 4.0's arithmetic.</summary>
internal static class ConsistencyRules
{
    public static bool IsLocal(this ConsistencyLevel level) =>
        level is ConsistencyLevel.LocalQuorum or ConsistencyLevel.LocalOne or ConsistencyLevel.LocalSerial;

    public static bool IsSerial(this ConsistencyLevel level) => level is ConsistencyLevel.Serial or ConsistencyLevel.LocalSerial;

    /// <summary>EACH_QUORUM counts by data centre only where the replication knows any.</summary>
    public static bool CountsEachDatacenter(this ConsistencyLevel level, Replication replication) =>
        level == ConsistencyLevel.EachQuorum && !replication.IsSimple;

    public static int Quorum(int factor) => (factor / 2) + 1;

    /// <summary>Answers needed, before the pending replicas of a write are added.</summary>
    public static int BlockFor(ConsistencyLevel level, Replication replication, string localDatacenter) => level switch
    {
        ConsistencyLevel.Any or ConsistencyLevel.One or ConsistencyLevel.LocalOne => 1,
        ConsistencyLevel.Two => 2,
        ConsistencyLevel.Three => 3,
        ConsistencyLevel.Quorum => Quorum(replication.TotalFactor),
        ConsistencyLevel.All => replication.TotalFactor,
        ConsistencyLevel.LocalQuorum => Quorum(replication.FactorIn(localDatacenter)),
        ConsistencyLevel.EachQuorum when replication.IsSimple => Quorum(replication.SimpleFactor),
        ConsistencyLevel.EachQuorum => replication.Factors.Sum(f => Quorum(f.Factor)),
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "serial levels are refused before"),
    };

    /// <summary>
    /// Null when the replicas believed alive suffice; otherwise what Cassandra says before it asks any of them. Pending
    /// replicas raise what a write needs and count among the living.
    /// </summary>
    public static Unavailable? Judge(
        ConsistencyLevel level,
        Replication replication,
        string localDatacenter,
        IReadOnlyList<int> alive,
        Func<int, string> datacenterOf,
        int pending = 0)
    {
        if (level == ConsistencyLevel.Any)
        {
            return null; // a hint suffices, and the coordinator itself is alive
        }

        if (level.CountsEachDatacenter(replication))
        {
            foreach (var (datacenter, factor) in replication.Factors)
            {
                var living = alive.Count(n => datacenterOf(n) == datacenter);
                if (living < Quorum(factor))
                {
                    return new Unavailable(level, Quorum(factor), living, datacenter);
                }
            }

            return null;
        }

        var required = BlockFor(level, replication, localDatacenter) + pending;
        var count = level.IsLocal() && !replication.IsSimple ? alive.Count(n => datacenterOf(n) == localDatacenter) : alive.Count;
        return count >= required ? null : new Unavailable(level, required, count);
    }
}
