using System.Numerics;

namespace Holdfast.Embedded.Caching;

/// <summary>
/// Live values kept in memory in front of the database. This folder holds the cache, its shards and the leases on it.
/// </summary>
/// <remarks>
/// <para>Coherent by construction: a write forgets its key after the commit and before the acknowledgement, and what a
/// reader brings from disk is dropped when anything was committed to its shard meanwhile.</para>
/// <para>A value is kept from its second read on: one that is read once, or written and never read, would only push out
/// others and cost the garbage collector an object of middle age. What was read once is remembered by a hash alone.</para>
/// </remarks>
internal sealed class ValueCache
{
    private const int Shards = 16;
    private const int Remembered = 1 << 16;

    private readonly CacheShard[] _shards = new CacheShard[Shards];
    private readonly int[] _readOnce = new int[Remembered];

    /// <param name="capacityBytes">Memory to use at most, keys and bookkeeping included; 0 keeps nothing.</param>
    public ValueCache(long capacityBytes)
    {
        for (int i = 0; i < Shards; i++)
        {
            _shards[i] = new CacheShard(capacityBytes / Shards);
        }
    }

    public long Bytes
    {
        get
        {
            long bytes = 0;
            foreach (CacheShard shard in _shards)
            {
                bytes += shard.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>Forgets everything, and what readers are bringing now.</summary>
    public void Clear()
    {
        foreach (CacheShard shard in _shards)
        {
            shard.Clear();
        }
    }

    /// <summary>Where a key belongs.</summary>
    public CacheShard ShardOf(ReadOnlySpan<byte> key) =>
        _shards[BitOperations.RotateLeft((uint)Hash(key), 7) % Shards];

    /// <summary>True when the key was read from disk not long ago: it is worth keeping now.</summary>
    public bool IsReadAgain(ReadOnlySpan<byte> key)
    {
        int hash = Hash(key) | 1; // never the empty slot's zero
        ref int slot = ref _readOnce[(uint)hash >> 16];
        if (Volatile.Read(ref slot) == hash)
        {
            return true;
        }

        Volatile.Write(ref slot, hash);
        return false;
    }

    /// <summary>Seeded per process, so that nobody can choose keys that collide.</summary>
    internal static int Hash(ReadOnlySpan<byte> key)
    {
        HashCode hash = default;
        hash.AddBytes(key);
        return hash.ToHashCode();
    }
}
