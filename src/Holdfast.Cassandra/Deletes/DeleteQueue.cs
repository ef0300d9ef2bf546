using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Cassandra.Deletes;

/// <summary>
/// Which deletes are still to be repeated, and when: the next ones in turn, all at once while that succeeds, and ever more
/// rarely while none does. One entry a key, the newest; bounded in number and bytes.
/// </summary>
/// <remarks>Pure and not thread-safe. Lives in this folder: deletes that have yet to reach every data centre.</remarks>
internal sealed class DeleteQueue(DeleteQueueOptions options)
{
    // It looks at all of them.
    private static readonly TimeSpan s_expireEvery = TimeSpan.FromSeconds(10);

    private readonly LinkedList<PendingDelete> _turn = [];
    private readonly Dictionary<byte[], LinkedListNode<PendingDelete>> _byKey = new(KeyComparer.Instance);
    private TimeSpan _wait = options.RepeatMin;
    private DateTimeOffset _dueAt = DateTimeOffset.MinValue;
    private DateTimeOffset _expireAt = DateTimeOffset.MinValue;

    public int Count => _turn.Count;

    public long Bytes { get; private set; }

    public IEnumerable<PendingDelete> All => _turn;

    /// <summary>Adds it, or replaces an older one of the same key; false when there is no room.</summary>
    public bool TryAdd(PendingDelete delete, DateTimeOffset now)
    {
        if (_byKey.TryGetValue(delete.Key, out LinkedListNode<PendingDelete>? known))
        {
            if (delete.Timestamp > known.Value.Timestamp)
            {
                known.Value = delete;
            }

            return true;
        }

        if (Count >= options.CountMax || Bytes + delete.Size > options.BytesMax)
        {
            return false;
        }

        if (Count == 0)
        {
            // The data centre was away a moment ago.
            _wait = options.RepeatMin;
            _dueAt = now + _wait;
        }

        _byKey.Add(delete.Key, _turn.AddLast(delete));
        Bytes += delete.Size;
        return true;
    }

    /// <summary>Those whose turn it is; none before they are due. Each goes to the end of the queue until it is told how it fared.</summary>
    public IReadOnlyList<PendingDelete> TakeDue(DateTimeOffset now)
    {
        if (now < _dueAt)
        {
            return [];
        }

        List<PendingDelete> due = [];
        while (due.Count < Math.Min(options.RoundMax, Count))
        {
            LinkedListNode<PendingDelete> first = _turn.First!;
            _turn.RemoveFirst();
            _turn.AddLast(first);
            due.Add(first.Value);
        }

        return due;
    }

    /// <summary>A round is over: with any success the next one may begin at once, without one it waits, and longer each time.</summary>
    public void RoundEnded(bool anySucceeded, DateTimeOffset now)
    {
        _wait = anySucceeded ? options.RepeatMin : Longer(_wait);
        _dueAt = anySucceeded ? now : now + _wait;
    }

    /// <summary>It has reached every data centre; false when a newer one of its key has taken its place.</summary>
    public bool Remove(PendingDelete delete)
    {
        if (!_byKey.TryGetValue(delete.Key, out LinkedListNode<PendingDelete>? known) || known.Value.Timestamp != delete.Timestamp)
        {
            return false;
        }

        _turn.Remove(known);
        _byKey.Remove(delete.Key);
        Bytes -= delete.Size;
        return true;
    }

    /// <summary>Removes those for which no row can be alive any more, and gives them.</summary>
    public IReadOnlyList<PendingDelete> Expire(DateTimeOffset now)
    {
        if (now < _expireAt)
        {
            return [];
        }

        _expireAt = now + s_expireEvery;
        List<PendingDelete> expired = [.. _turn.Where(delete => delete.ExpiresAt <= now)];
        expired.ForEach(delete => Remove(delete));
        return expired;
    }

    private TimeSpan Longer(TimeSpan wait) => wait * 2 < options.RepeatMax ? wait * 2 : options.RepeatMax;

    private sealed class KeyComparer : IEqualityComparer<byte[]>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj)
        {
            HashCode hash = default;
            hash.AddBytes(obj);
            return hash.ToHashCode();
        }
    }
}
