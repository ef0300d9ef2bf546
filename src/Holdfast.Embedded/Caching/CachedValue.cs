namespace Holdfast.Embedded.Caching;

/// <summary>One value kept ready, immutable: leases on it stay valid whatever becomes of its place in the cache.</summary>
internal sealed class CachedValue(byte[] key, byte[] value, EntryHeader header)
{
    // What an entry costs besides its bytes: this object, two array headers, its slot in the dictionary.
    private const int OverheadBytes = 160;

    public byte[] Key => key;

    public byte[] Value => value;

    public EntryHeader Header => header;

    public int CostBytes => key.Length + value.Length + OverheadBytes;

    /// <summary>Read since the hand last passed.</summary>
    public bool Visited { get; set; }

    /// <summary>The neighbour that is newer.</summary>
    public CachedValue? Newer { get; set; }

    /// <summary>The neighbour that is older.</summary>
    public CachedValue? Older { get; set; }
}
