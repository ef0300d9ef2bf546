using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>Hints on a coordinator's disk, by target, oldest first: they survive its restart.</summary>
internal sealed class HintLog
{
    private const int HintsMax = 200_000;

    private readonly SortedDictionary<int, SortedDictionary<long, Mutation>> byTarget = [];
    private long lastId;

    public int Count { get; private set; }

    public IEnumerable<int> Targets => byTarget.Keys;

    public bool Add(int target, Mutation mutation)
    {
        if (Count >= HintsMax)
        {
            return false;
        }

        if (!byTarget.TryGetValue(target, out var hints))
        {
            byTarget[target] = hints = [];
        }

        hints[++lastId] = mutation;
        Count++;
        return true;
    }

    public IReadOnlyList<(long Id, Mutation Mutation)> Oldest(int target, int count) =>
        byTarget.TryGetValue(target, out var hints) ? [.. hints.Take(count).Select(h => (h.Key, h.Value))] : [];

    public void Remove(int target, long id)
    {
        if (byTarget.TryGetValue(target, out var hints) && hints.Remove(id))
        {
            Count--;
            if (hints.Count == 0)
            {
                byTarget.Remove(target);
            }
        }
    }

    public void Clear()
    {
        byTarget.Clear();
        Count = 0;
    }
}
