using System.Buffers;
using Holdfast.Insight.Quota;
using Holdfast.Sessions;

namespace Holdfast.Insight.Workload;

/// <summary>
/// What this instance was asked to read, write and delete, by namespace, and which keys are rewritten most. Of fixed size whatever the
/// keys are; they are kept as keyed hashes alone. Thread-safe; the time is an argument.
/// </summary>
/// <remarks>Lives in this folder: how a key's namespace is found, what is counted, and the store that counts.</remarks>
public sealed class WorkloadRecorder
{
    internal const int Shards = 16;

    /// <summary>8 MiB: half a million keys.</summary>
    internal const int BucketsPerShard = 8_192;

    /// <summary>1,024 keys in all.</summary>
    internal const int PlacesPerShard = 64;

    internal const int LargestShown = 20;

    /// <summary>A key that is rewritten less often is nobody's to refuse: a person who clicks fast is slower.</summary>
    internal const double RefusedFromPerSecond = 1;

    private readonly KeyedHash _hash = KeyedHash.Random();
    private readonly ValueHash _values;
    private readonly NamespaceRule _rule;
    private readonly WrittenShard[] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new WrittenShard(BucketsPerShard, PlacesPerShard))];

    /// <param name="options">How namespaces are told apart.</param>
    /// <param name="quota">Their limits.</param>
    public WorkloadRecorder(WorkloadOptions options, QuotaOptions quota)
    {
        _rule = new NamespaceRule(options.Separator, options.Pattern, (long)_hash.Of("matches"u8));
        _values = new ValueHash((long)_hash.Of("values"u8));
        Enforces = quota.Enforce;
        Spaces = new Namespaces(quota, _hash);
    }

    internal Namespaces Spaces { get; }

    internal LargestValues Largest { get; } = new(LargestShown);

    internal bool Enforces { get; }

    internal void Read(ReadOnlySpan<byte> key, in ReadResult result)
    {
        ReadOnlySpan<byte> space = _rule.Of(key);
        NamespaceCounts counts = Spaces.Find(space);
        if (result.Lease is { } lease)
        {
            (counts == Spaces.Other ? Spaces.Saw(space, _hash.Of(key)) : counts).Hit(lease.Length);
        }
        else if (result.Status == StoreStatus.NotFound)
        {
            counts.Count(RequestKind.Miss);
            if (Enforces)
            {
                // Deleted elsewhere: its next write is a first one, and the storage need not be asked.
                Forget(_hash.Of(key), isGone: true);
            }
        }
    }

    /// <summary>A write is asked for: false when it is to be refused, if the storage says that its key is there.</summary>
    internal bool Admits(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, TimeSpan now)
    {
        if (!Spaces.HasQuotas)
        {
            return true;
        }

        NamespaceCounts space = Spaces.Find(_rule.Of(key));
        if (space.Quota is not { } quota || quota.TryTake(value.Length, now))
        {
            return true;
        }

        if (Enforces && IsRewrittenMost(_hash.Of(key), value, space, now))
        {
            return false;
        }

        quota.PassBeyond(value.Length, now);
        return true;
    }

    /// <summary>Its key is there: the write is refused.</summary>
    internal void Refused(ReadOnlySpan<byte> key) => Spaces.Find(_rule.Of(key)).Quota?.Refuse();

    /// <summary>The storage does not say that its key is there: the write passes after all.</summary>
    /// <param name="key">The key.</param>
    /// <param name="bytes">Of the value.</param>
    /// <param name="isGone">The storage says that it is not there.</param>
    /// <param name="now">The present.</param>
    internal void PassedAfterAll(ReadOnlySpan<byte> key, long bytes, bool isGone, TimeSpan now)
    {
        Spaces.Find(_rule.Of(key)).Quota?.PassBeyond(bytes, now);
        if (isGone)
        {
            Forget(_hash.Of(key), isGone: true);
        }
    }

    /// <summary>A write was acknowledged that began at that time; that it ended later makes no difference to what is told of seconds.</summary>
    internal void Written(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, SessionTtl ttl, TimeSpan began)
    {
        ulong hash = _hash.Of(key);
        ReadOnlySpan<byte> space = _rule.Of(key);
        NamespaceCounts counts = Spaces.Find(space);
        if (counts == Spaces.Other)
        {
            counts = Spaces.Saw(space, hash);
        }

        WrittenBefore before = ShardOf(hash).Written(hash, _values.Of(value), value.Length, counts, ttl, began);
        counts.Written(
            before switch
            {
                WrittenBefore.SameValue => RequestKind.SameValue,
                WrittenBefore.OtherValue => RequestKind.Overwrite,
                _ => RequestKind.Write,
            },
            value.Length,
            ttl);
        Largest.Written(hash, value.Length, ttl, counts, began);
    }

    /// <summary>A write failed: it may have happened, and may not.</summary>
    internal void WriteFailed(ReadOnlySpan<byte> key) => Forget(_hash.Of(key), isGone: false);

    /// <summary>A delete begins: whatever comes of it, the key may not be there any more.</summary>
    internal void Deleting(ReadOnlySpan<byte> key)
    {
        ulong hash = _hash.Of(key);
        Forget(hash, isGone: true);
        Largest.Forget(hash);
    }

    /// <summary>A delete was acknowledged.</summary>
    internal void Deleted(ReadOnlySpan<byte> key)
    {
        Spaces.Find(_rule.Of(key)).Count(RequestKind.Delete);
        Forget(_hash.Of(key), isGone: true);
    }

    /// <summary>The keys that are rewritten most now, the first of them first.</summary>
    internal IReadOnlyList<RewrittenKey> Rewritten(int most, TimeSpan now) =>
        [.. _shards.SelectMany(shard => shard.Read(now)).OrderByDescending(key => key.AtLeastPerSecond).Take(most)];

    private bool IsRewrittenMost(ulong hash, in ReadOnlySequence<byte> value, NamespaceCounts space, TimeSpan now) =>
        ShardOf(hash).IsRewritten(hash, RefusedFromPerSecond, _values.Of(value), value.Length, space, now);

    private void Forget(ulong hash, bool isGone) => ShardOf(hash).Forget(hash, isGone);

    /// <summary>By the high bits; the low ones choose the place within a shard.</summary>
    private WrittenShard ShardOf(ulong hash) => _shards[hash >> 60];
}
