namespace Holdfast.Cql.Routing;

/// <summary>
/// The choice of a coordinator: replicas of the key first, and of two drawn at random the one where a request costs less
/// (M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).
/// </summary>
public static class CoordinatorChoice
{
    /// <summary>Picks one of the candidates that are replicas, or of all where none is.</summary>
    /// <param name="candidates">Usable coordinators with a weight above zero, without those already tried.</param>
    /// <param name="replicas">The key's replicas.</param>
    /// <param name="random">The source of the two draws.</param>
    /// <returns>The index of the chosen candidate; -1 where there is none.</returns>
    public static int Pick(ReadOnlySpan<CoordinatorLoad> candidates, ReadOnlySpan<HostId> replicas, Random random)
    {
        int amongReplicas = 0;
        foreach (CoordinatorLoad candidate in candidates)
        {
            amongReplicas += replicas.Contains(candidate.Id) ? 1 : 0;
        }

        bool replicasOnly = amongReplicas > 0;
        int count = replicasOnly ? amongReplicas : candidates.Length;
        if (count == 0)
        {
            return -1;
        }

        int first = Draw(candidates, replicas, replicasOnly, random.Next(count), skip: -1);
        if (count == 1)
        {
            return first;
        }

        int second = Draw(candidates, replicas, replicasOnly, random.Next(count - 1), skip: first);
        return candidates[second].Cost < candidates[first].Cost ? second : first;
    }

    private static int Draw(
        ReadOnlySpan<CoordinatorLoad> candidates, ReadOnlySpan<HostId> replicas, bool replicasOnly, int nth, int skip)
    {
        for (int i = 0; i < candidates.Length; i++)
        {
            if (i == skip || (replicasOnly && !replicas.Contains(candidates[i].Id)))
            {
                continue;
            }

            if (nth-- == 0)
            {
                return i;
            }
        }

        return -1;
    }
}
