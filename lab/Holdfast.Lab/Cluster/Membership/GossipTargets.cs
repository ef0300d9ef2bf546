using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster.Membership;

/// <summary>
/// Whom a round talks to: one live peer; one dead peer with a probability that grows with their share (which is what heals a
/// cut); a seed, unless one was just talked to and enough peers are alive.
/// </summary>
internal static class GossipTargets
{
    public static IReadOnlyList<int> Choose(
        int self, SortedDictionary<int, PeerView> peers, IReadOnlyList<int> seeds, Randomness randomness)
    {
        var live = new List<int>();
        var dead = new List<int>();
        foreach (var (node, peer) in peers)
        {
            if (peer.Alive)
            {
                live.Add(node);
            }
            else if (peer.Info.Status != RingStatus.Left)
            {
                dead.Add(node);
            }
        }

        var chosen = new List<int>(3);
        if (live.Count > 0)
        {
            chosen.Add(randomness.Pick(live));
        }

        if (dead.Count > 0 && randomness.Chance(dead.Count / (live.Count + 1.0)))
        {
            Add(chosen, randomness.Pick(dead));
        }

        var others = seeds.Where(s => s != self).ToList();
        var talkedToSeed = chosen.Exists(others.Contains);
        if (others.Count > 0 && (!talkedToSeed || live.Count < seeds.Count)
            && (live.Count == 0 || randomness.Chance(seeds.Count / (double)(live.Count + dead.Count))))
        {
            Add(chosen, randomness.Pick(others));
        }

        return chosen;
    }

    private static void Add(List<int> chosen, int node)
    {
        if (!chosen.Contains(node))
        {
            chosen.Add(node);
        }
    }
}
