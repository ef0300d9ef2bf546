using System.Numerics;
using Holdfast.Sessions;

namespace Holdfast.Insight.Loss;

/// <summary>
/// What this instance acknowledged writing and has not seen end: for each key a fingerprint of at least 40 bits and the moment of
/// expiry, in a table of fixed size. When a bucket is full, what expires soonest is forgotten. Pure: the time is an argument.
/// </summary>
/// <remarks>
/// <para>Lock-free: a slot is one word, and two inserts that meet in one bucket may cost one of them, which only loses evidence.
/// A bucket is a cache line of eight slots; an insert or a lookup touches one.</para>
/// <para>A slot is 42 bits of fingerprint over 22 bits of expiry, in units of 16 s since the process began (2.1 years; what
/// lives longer is forgotten then). The hash's low bits choose the bucket, and its high bits are the fingerprint; with up to 2^22 buckets
/// (256 MiB) they do not overlap, with the 2^24 of 1 GiB 40 of the fingerprint's bits are left to tell keys apart.</para>
/// </remarks>
internal sealed class RememberedWrites
{
    public const int FingerprintBits = 42;
    public const long BytesMax = 1L << 30;

    private const int SlotsPerBucket = 8;
    private const int ExpiryBits = 64 - FingerprintBits;
    private const ulong ExpiryMask = (1UL << ExpiryBits) - 1;
    private const int SampledBuckets = 16_384;

    private static readonly TimeSpan s_unit = TimeSpan.FromSeconds(16);

    private readonly ulong[] _slots;
    private readonly int _first;
    private readonly uint _bucketMask;
    private long _used;

    /// <param name="bytes">Memory for the table, rounded down to a power of two.</param>
    public RememberedWrites(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 64);
        int buckets = (int)(BitOperations.RoundUpToPowerOf2((ulong)Math.Min(bytes, BytesMax) + 1) / 2 / 64);
        _bucketMask = (uint)buckets - 1;

        // Pinned, so that a bucket can begin where a cache line does.
        _slots = GC.AllocateArray<ulong>((buckets * SlotsPerBucket) + SlotsPerBucket, pinned: true);
        unchecked
        {
            nint address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_slots, 0);
            _first = (int)((64 - (address & 63)) & 63) / sizeof(ulong);
        }
    }

    public int Buckets => (int)_bucketMask + 1;

    /// <summary>
    /// How likely it is that a key which was never written is taken for one that was, with every slot in use: eight fingerprints are
    /// compared, each equal by chance once in 2^42, or less with so many buckets that bits are shared.
    /// </summary>
    public double FalsePositiveRate =>
        SlotsPerBucket * Math.Pow(2, -Math.Min(FingerprintBits, 64 - BitOperations.Log2((uint)Buckets)));

    /// <summary>A write was acknowledged.</summary>
    /// <param name="hash">Of its key.</param>
    /// <param name="began">When it began, since the process did: it may expire that much earlier.</param>
    /// <param name="life">Its TTL.</param>
    public void Add(ulong hash, TimeSpan began, SessionTtl life)
    {
        // One unit early, beside rounding down: clocks of the storage may be ahead, and what has expired is not missing.
        TimeSpan end = life.IsNever ? TimeSpan.MaxValue : began + TimeSpan.FromSeconds(life.Seconds);
        long expiry = Math.Min((end.Ticks / s_unit.Ticks) - 1, (long)ExpiryMask);
        if (expiry <= began.Ticks / s_unit.Ticks)
        {
            Forget(hash);
            return;
        }

        ulong fingerprint = hash >> ExpiryBits;
        Span<ulong> bucket = Bucket(hash);
        int victim = 0;
        ulong soonest = ulong.MaxValue;
        for (int i = 0; i < bucket.Length; i++)
        {
            ulong slot = Volatile.Read(ref bucket[i]);
            if (slot != 0 && slot >> ExpiryBits == fingerprint)
            {
                victim = i;
                break;
            }

            if ((slot & ExpiryMask) < soonest)
            {
                soonest = slot & ExpiryMask;
                victim = i;
            }
        }

        if (Interlocked.Exchange(ref bucket[victim], (fingerprint << ExpiryBits) | (ulong)expiry) == 0)
        {
            Interlocked.Increment(ref _used);
        }
    }

    /// <summary>It is not known any more whether the key is there.</summary>
    public void Forget(ulong hash)
    {
        Span<ulong> bucket = Bucket(hash);
        for (int i = 0; i < bucket.Length; i++)
        {
            ulong slot = Volatile.Read(ref bucket[i]);
            if (slot != 0 && slot >> ExpiryBits == hash >> ExpiryBits && Interlocked.CompareExchange(ref bucket[i], 0, slot) == slot)
            {
                Interlocked.Decrement(ref _used);
            }
        }
    }

    /// <summary>True when this instance acknowledged the key and it cannot have expired.</summary>
    public bool Holds(ulong hash, TimeSpan now)
    {
        ulong present = (ulong)(now.Ticks / s_unit.Ticks);
        foreach (ref ulong slot in Bucket(hash))
        {
            ulong found = Volatile.Read(ref slot);
            if (found >> ExpiryBits == hash >> ExpiryBits && present < (found & ExpiryMask))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// How many keys are remembered: the slots in use, less the share of them that has expired, which is counted in a part of a large table.
    /// </summary>
    public long Count(TimeSpan now)
    {
        ulong present = (ulong)(now.Ticks / s_unit.Ticks);
        long used = 0;
        long alive = 0;
        foreach (ref ulong slot in _slots.AsSpan(_first, Math.Min(Buckets, SampledBuckets) * SlotsPerBucket))
        {
            ulong found = Volatile.Read(ref slot);
            used += found == 0 ? 0 : 1;
            alive += present < (found & ExpiryMask) ? 1 : 0;
        }

        long all = Volatile.Read(ref _used);
        return used == 0 ? all : (long)((double)all * alive / used);
    }

    private Span<ulong> Bucket(ulong hash) =>
        _slots.AsSpan(_first + ((int)((uint)hash & _bucketMask) * SlotsPerBucket), SlotsPerBucket);
}
