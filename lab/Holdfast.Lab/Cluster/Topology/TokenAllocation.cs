using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster.Topology;

/// <summary>A node's vnode tokens by the seed: random, as Cassandra's default allocation without a keyspace hint.</summary>
internal static class TokenAllocation
{
    public const int TokensPerNode = 16;

    public static IReadOnlyList<long> Draw(Randomness randomness, int count)
    {
        var tokens = new SortedSet<long>();
        while (tokens.Count < count)
        {
            tokens.Add(randomness.NextInt64());
        }

        return [.. tokens];
    }
}
