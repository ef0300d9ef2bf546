using System.Numerics;

namespace Holdfast.Embedded.Caching;

/// <summary>
/// Live values kept in memory in front of the database. This folder holds the cache, its shards and the leases on it.
/// </summary>
/// <remarks>
/// Coherent by construction: there is one writer, it updates the cache after the commit and before the acknowledgement, and
/// what a reader brings from disk is dropped when anything was committed to its shard meanwhile.
/// </remarks>
internal sealed class ValueCache
{
    private const int Shards = 16;

    private readonly CacheShard[] _shards = new CacheShard[Shards];

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

    /// <summary>Where a key belongs.</summary>
    public CacheShard ShardOf(ReadOnlySpan<byte> key) =>
        _shards[BitOperations.RotateLeft((uint)Hash(key), 7) % Shards];

    /// <summary>Seeded per process, so that nobody can choose keys that collide.</summary>
    internal static int Hash(ReadOnlySpan<byte> key)
    {
        HashCode hash = default;
        hash.AddBytes(key);
        return hash.ToHashCode();
    }
}
