namespace Holdfast.Embedded.Caching;

/// <summary>
/// A part of the cache behind one lock. What goes first is decided by SIEVE (Y. Zhang et al., "SIEVE is Simpler than LRU",
/// NSDI 2024): a hand moves from the oldest to the newest and evicts the first entry nobody read since it last passed.
/// </summary>
internal sealed class CacheShard(long capacityBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], CachedValue> _entries = new(KeyComparer.Instance);
    private readonly List<ReadOnlyMemory<byte>> _committing = [];
    private CachedValue? _newest;
    private CachedValue? _oldest;
    private CachedValue? _hand;
    private long _bytes;
    private long _version;

    /// <summary>Larger entries are not kept: one of them would push out a crowd.</summary>
    public long EntryMaxBytes => capacityBytes / 8;

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The entry under the key; without one, the version to hand to <see cref="AddIfUnchanged"/>.</summary>
    public CachedValue? Find(ReadOnlySpan<byte> key, out long version)
    {
        lock (_lock)
        {
            version = _version;
            if (_entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out CachedValue? found))
            {
                found.Visited = true;
            }

            return found;
        }
    }

    /// <summary>
    /// A write of the key is about to be committed. From some moment of it on the database shows the new value, and nobody may be
    /// given the old one after that: it is forgotten, and nothing is kept of the key until <see cref="End"/>.
    /// </summary>
    /// <param name="key">Not changed until then.</param>
    public void Begin(ReadOnlyMemory<byte> key)
    {
        lock (_lock)
        {
            _committing.Add(key);
            if (_entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key.Span, out CachedValue? old))
            {
                Unlink(old);
            }
        }
    }

    /// <summary>The write of a key that was begun was committed, or failed: what readers are bringing is forgotten.</summary>
    public void End(ReadOnlySpan<byte> key)
    {
        lock (_lock)
        {
            _version++;
            _committing.RemoveAt(CommittingAt(key));
        }
    }

    /// <summary>
    /// A read brought the entry from disk. It is kept only when nothing was committed here since the read began: otherwise
    /// it might be older than what a writer has acknowledged.
    /// </summary>
    public void AddIfUnchanged(CachedValue entry, long version)
    {
        lock (_lock)
        {
            if (version == _version && CommittingAt(entry.Key) < 0 && !_entries.ContainsKey(entry.Key))
            {
                Link(entry);
            }
        }
    }

    /// <summary>Forgets everything, and what readers are bringing now.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _version++;
            _entries.Clear();
            _newest = _oldest = _hand = null;
            _bytes = 0;
        }
    }

    /// <summary>Where the key stands among those that are being committed, which are few; negative when it does not.</summary>
    private int CommittingAt(ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < _committing.Count; i++)
        {
            if (_committing[i].Span.SequenceEqual(key))
            {
                return i;
            }
        }

        return -1;
    }

    private void Link(CachedValue entry)
    {
        if (entry.CostBytes > EntryMaxBytes)
        {
            return;
        }

        while (_bytes + entry.CostBytes > capacityBytes && _oldest is not null)
        {
            EvictOne();
        }

        _entries.Add(entry.Key, entry);
        _bytes += entry.CostBytes;
        entry.Older = _newest;
        if (_newest is not null)
        {
            _newest.Newer = entry;
        }

        _newest = entry;
        _oldest ??= entry;
    }

    private void EvictOne()
    {
        CachedValue victim = _hand ?? _oldest!;
        while (victim.Visited)
        {
            victim.Visited = false;
            victim = victim.Newer ?? _oldest!;
        }

        _hand = victim.Newer;
        Unlink(victim);
    }

    private void Unlink(CachedValue entry)
    {
        _ = _entries.Remove(entry.Key);
        _bytes -= entry.CostBytes;
        _hand = ReferenceEquals(_hand, entry) ? entry.Newer : _hand;
        if (entry.Older is { } older)
        {
            older.Newer = entry.Newer;
        }
        else
        {
            _oldest = entry.Newer;
        }

        if (entry.Newer is { } newer)
        {
            newer.Older = entry.Older;
        }
        else
        {
            _newest = entry.Older;
        }

        entry.Newer = null;
        entry.Older = null;
    }

    /// <summary>Compares keys by their bytes and finds them without an array of the caller's own.</summary>
    private sealed class KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] key) => ValueCache.Hash(key);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => ValueCache.Hash(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
