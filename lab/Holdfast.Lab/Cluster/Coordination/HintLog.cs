using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>Hints on a coordinator's disk, by target, oldest first: they survive its restart.</summary>
internal sealed class HintLog
{
    private const int HintsMax = 200_000;

    private readonly SortedDictionary<int, SortedDictionary<long, Hint>> byTarget = [];
    private long lastId;

    public int Count { get; private set; }

    public IEnumerable<int> Targets => byTarget.Keys;

    public bool Add(int target, Mutation mutation, TimeSpan now)
    {
        if (Count >= HintsMax)
        {
            return false;
        }

        if (!byTarget.TryGetValue(target, out var hints))
        {
            byTarget[target] = hints = [];
        }

        lastId++;
        hints[lastId] = new Hint(lastId, mutation, now);
        Count++;
        return true;
    }

    public IReadOnlyList<Hint> Oldest(int target, int count) =>
        byTarget.TryGetValue(target, out var hints) ? [.. hints.Values.Take(count)] : [];

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

/// <param name="Id">Of this log alone.</param>
/// <param name="Mutation">What its target missed.</param>
/// <param name="KeptAt">When it was written down.</param>
internal sealed record Hint(long Id, Mutation Mutation, TimeSpan KeptAt);
