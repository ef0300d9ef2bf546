namespace Holdfast.Insight.Workload;

/// <summary>
/// Namespaces on their way to a name: of each the keyed hash, and the keyed hashes of the different keys that were seen in it. Bounded: a
/// newcomer takes the place of the one with the fewest keys among the four that it could be in, the oldest of them.
/// </summary>
/// <remarks>Pure, and used under a lock. No byte of a key is kept here.</remarks>
internal sealed class NamespaceCandidates
{
    public const int Buckets = 64;
    public const int PerBucket = 4;

    private readonly Candidate[] _candidates = [.. Enumerable.Range(0, Buckets * PerBucket).Select(_ => new Candidate())];
    private long _sequence;

    /// <summary>A key was found or written in a namespace that has no name yet.</summary>
    /// <returns>True when so many different ones were that it may have one; it is then forgotten here.</returns>
    public bool Saw(ulong space, ulong key)
    {
        Candidate candidate = PlaceOf(space);
        candidate.Touched = ++_sequence;
        if (candidate.Keys.AsSpan(0, candidate.Count).Contains(key))
        {
            return false;
        }

        candidate.Keys[candidate.Count++] = key;
        if (candidate.Count < WorkloadOptions.KeysBeforeShown)
        {
            return false;
        }

        candidate.Begin(0);
        return true;
    }

    private Candidate PlaceOf(ulong space)
    {
        Span<Candidate> bucket = _candidates.AsSpan((int)(space % Buckets) * PerBucket, PerBucket);
        Candidate least = bucket[0];
        foreach (Candidate candidate in bucket)
        {
            if (candidate.Count > 0 && candidate.Space == space)
            {
                return candidate;
            }

            if (candidate.Count < least.Count || (candidate.Count == least.Count && candidate.Touched < least.Touched))
            {
                least = candidate;
            }
        }

        least.Begin(space);
        return least;
    }

    private sealed class Candidate
    {
        public ulong Space { get; private set; }

        public ulong[] Keys { get; } = new ulong[WorkloadOptions.KeysBeforeShown];

        public int Count { get; set; }

        public long Touched { get; set; }

        public void Begin(ulong space)
        {
            Space = space;
            Count = 0;
        }
    }
}
