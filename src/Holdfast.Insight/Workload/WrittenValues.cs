using Holdfast.Sessions;

namespace Holdfast.Insight.Workload;

/// <summary>What is known of a key that is written.</summary>
internal enum WrittenBefore
{
    /// <summary>Nothing: it may be its first write.</summary>
    Unknown,

    /// <summary>It was there, with another value.</summary>
    OtherValue,

    /// <summary>It was there, with this value.</summary>
    SameValue,
}

/// <summary>
/// The last value of each key that was written here, as a hash, with its expiry: 16 bytes a key, four keys a cache line, in a table of
/// fixed size. When a line is full, what expires soonest is forgotten, so that a key is at worst taken for a new one.
/// </summary>
/// <remarks>Pure, and used under its shard's lock; the time is an argument.</remarks>
internal sealed class WrittenValues
{
    private const int PerBucket = 4;

    /// <summary>After so long a key is forgotten: what is written once a day is not written often.</summary>
    private const long RememberedSeconds = 86_400;

    private readonly Slot[] _slots;
    private readonly ulong _bucketMask;

    /// <param name="buckets">A power of two; four keys each.</param>
    public WrittenValues(int buckets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(buckets);
        ArgumentOutOfRangeException.ThrowIfNotEqual(buckets & (buckets - 1), 0, nameof(buckets));
        _slots = new Slot[buckets * PerBucket];
        _bucketMask = (ulong)buckets - 1;
    }

    /// <summary>A write was acknowledged. Says what was known of its key, and remembers it.</summary>
    /// <param name="key">The key's hash; its low bits choose the place.</param>
    /// <param name="value">The value's hash.</param>
    /// <param name="life">Its TTL.</param>
    /// <param name="began">When the write began: what was there then was written over, and the value may expire that much earlier.</param>
    public WrittenBefore Add(ulong key, uint value, SessionTtl life, TimeSpan began)
    {
        uint present = Seconds(began);
        Span<Slot> bucket = Bucket(key);
        int place = 0;
        WrittenBefore before = WrittenBefore.Unknown;
        for (int i = 0; i < bucket.Length; i++)
        {
            if (bucket[i].Key == key)
            {
                place = i;
                before = Compare(bucket[i], value, present);
                break;
            }

            place = bucket[i].Expiry < bucket[place].Expiry ? i : place;
        }

        // Whole seconds that have wholly passed since: what the storage may have expired is not taken for there.
        long seconds = life.IsNever ? RememberedSeconds : Math.Min(life.Seconds, RememberedSeconds);
        bucket[place] = new Slot(key, value, (uint)(began.Ticks / TimeSpan.TicksPerSecond) + (uint)seconds);
        return before;
    }

    /// <summary>What is known of a key: something when it was written here, not deleted, and cannot have expired.</summary>
    public WrittenBefore Find(ulong key, uint value, TimeSpan now)
    {
        foreach (ref Slot slot in Bucket(key))
        {
            if (slot.Key == key)
            {
                return Compare(slot, value, Seconds(now));
            }
        }

        return WrittenBefore.Unknown;
    }

    /// <summary>It is not known any more whether the key is there.</summary>
    public void Forget(ulong key)
    {
        foreach (ref Slot slot in Bucket(key))
        {
            if (slot.Key == key)
            {
                slot = default;
            }
        }
    }

    private static WrittenBefore Compare(in Slot slot, uint value, uint present) => slot.Expiry <= present ? WrittenBefore.Unknown
        : slot.Value == value ? WrittenBefore.SameValue : WrittenBefore.OtherValue;

    /// <summary>Rounded up.</summary>
    private static uint Seconds(TimeSpan time) => (uint)((time.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);

    private Span<Slot> Bucket(ulong key) => _slots.AsSpan((int)(key & _bucketMask) * PerBucket, PerBucket);

    private readonly record struct Slot(ulong Key, uint Value, uint Expiry);
}
