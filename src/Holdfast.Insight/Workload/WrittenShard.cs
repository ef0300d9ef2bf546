using Holdfast.Sessions;

namespace Holdfast.Insight.Workload;

/// <summary>A part of all keys under one lock: what was last written, and which are rewritten most. Thread-safe.</summary>
internal sealed class WrittenShard(int buckets, int places)
{
    private readonly Lock _lock = new();
    private readonly WrittenValues _values = new(buckets);
    private readonly RewriteSketch _rewrites = new(places);

    /// <summary>A write was acknowledged that began at that time.</summary>
    public WrittenBefore Written(ulong key, uint value, long bytes, NamespaceCounts space, SessionTtl life, TimeSpan began)
    {
        lock (_lock)
        {
            WrittenBefore before = _values.Add(key, value, life, began);
            if (before != WrittenBefore.Unknown)
            {
                _rewrites.Add(key, before == WrittenBefore.SameValue, bytes, space, began);
            }

            return before;
        }
    }

    /// <summary>
    /// True when the key is known to be there and is rewritten at least so often. What is refused for that is a rewrite, too: who
    /// goes on is not forgotten for it.
    /// </summary>
    public bool IsRewritten(ulong key, double perSecond, uint value, long bytes, NamespaceCounts space, TimeSpan now)
    {
        lock (_lock)
        {
            WrittenBefore before = _values.Find(key, value, now);
            if (before == WrittenBefore.Unknown || _rewrites.AtLeastPerSecond(key, now) < perSecond)
            {
                return false;
            }

            _rewrites.Add(key, before == WrittenBefore.SameValue, bytes, space, now);
            return true;
        }
    }

    /// <summary>It is not known any more whether the key is there.</summary>
    /// <param name="key">The key's hash.</param>
    /// <param name="isGone">It is known that it is not: what comes next is something new.</param>
    public void Forget(ulong key, bool isGone)
    {
        lock (_lock)
        {
            _values.Forget(key);
            if (isGone)
            {
                _rewrites.Forget(key);
            }
        }
    }

    public IReadOnlyList<RewrittenKey> Read(TimeSpan now)
    {
        lock (_lock)
        {
            return [.. _rewrites.Read(now)];
        }
    }
}
