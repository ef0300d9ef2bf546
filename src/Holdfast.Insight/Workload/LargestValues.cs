using Holdfast.Sessions;

namespace Holdfast.Insight.Workload;

/// <summary>
/// The keys with the largest values of those written through this instance: a short list, and a threshold below which a value is not looked
/// at. Exact while nothing in the list ends; a place that becomes free is taken by the next to be written. Thread-safe; the time is an argument.
/// </summary>
internal sealed class LargestValues(int places)
{
    private readonly Lock _lock = new();
    private readonly List<LargeValue> _values = new(places);
    private ulong[] _keys = []; // to be searched without the lock
    private long _threshold;

    /// <summary>A write was acknowledged.</summary>
    /// <param name="key">The key's hash.</param>
    /// <param name="bytes">Of the value.</param>
    /// <param name="life">Its TTL.</param>
    /// <param name="space">Its namespace.</param>
    /// <param name="now">The present.</param>
    public void Written(ulong key, long bytes, SessionTtl life, NamespaceCounts space, TimeSpan now)
    {
        if (bytes > Volatile.Read(ref _threshold) || IsListed(key))
        {
            Take(key, bytes, life, space, now);
        }
    }

    /// <summary>The key was deleted.</summary>
    public void Forget(ulong key)
    {
        if (!IsListed(key))
        {
            return;
        }

        lock (_lock)
        {
            if (_values.RemoveAll(value => value.Key == key) > 0)
            {
                Publish();
            }
        }
    }

    /// <summary>The largest first.</summary>
    public IReadOnlyList<LargeValue> Read(TimeSpan now)
    {
        lock (_lock)
        {
            if (_values.RemoveAll(value => value.Expiry <= now) > 0)
            {
                Publish();
            }

            return [.. _values];
        }
    }

    private void Take(ulong key, long bytes, SessionTtl life, NamespaceCounts space, TimeSpan now)
    {
        lock (_lock)
        {
            if (!IsProlonged(key, bytes, End(life, now)))
            {
                Insert(new LargeValue(key, space, bytes, End(life, now)), now);
            }
        }
    }

    private void Insert(LargeValue taken, TimeSpan now)
    {
        _ = _values.RemoveAll(value => value.Key == taken.Key || value.Expiry <= now);
        int place = _values.FindIndex(value => value.Bytes < taken.Bytes);
        if (place >= 0 || _values.Count < places)
        {
            _values.Insert(place < 0 ? _values.Count : place, taken);
        }

        if (_values.Count > places)
        {
            _values.RemoveAt(places);
        }

        Publish();
    }

    private bool IsListed(ulong key) => Array.IndexOf(Volatile.Read(ref _keys), key) >= 0;

    /// <summary>What is written again with the same size stays where it is: the busiest key may be among the largest.</summary>
    private bool IsProlonged(ulong key, long bytes, TimeSpan end)
    {
        for (int i = 0; i < _values.Count; i++)
        {
            if (_values[i].Key == key && _values[i].Bytes == bytes)
            {
                _values[i] = _values[i] with { Expiry = end };
                return true;
            }
        }

        return false;
    }

    private void Publish()
    {
        Volatile.Write(ref _keys, [.. _values.Select(value => value.Key)]);
        Volatile.Write(ref _threshold, _values.Count < places ? 0 : _values[^1].Bytes);
    }

    private static TimeSpan End(SessionTtl life, TimeSpan now) => life.IsNever ? TimeSpan.MaxValue : now + TimeSpan.FromSeconds(life.Seconds);
}

/// <summary>One key with a large value.</summary>
/// <param name="Key">Its keyed hash.</param>
/// <param name="Space">Its namespace.</param>
/// <param name="Bytes">The value's size.</param>
/// <param name="Expiry">When it is gone.</param>
internal readonly record struct LargeValue(ulong Key, NamespaceCounts Space, long Bytes, TimeSpan Expiry);
