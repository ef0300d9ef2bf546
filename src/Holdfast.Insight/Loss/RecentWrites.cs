namespace Holdfast.Insight.Loss;

/// <summary>
/// The last writes that were acknowledged, each with its moment: a read that was under way meanwhile may rightly miss them. In
/// shards, each a short ring under a lock of its own.
/// </summary>
internal sealed class RecentWrites
{
    private const int Shards = 64;
    private const int PerShard = 64;

    private readonly Shard[] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard())];

    /// <summary>A write was acknowledged at this moment.</summary>
    public void Add(ulong hash, long acknowledged) => _shards[(int)(hash % Shards)].Add(hash, acknowledged);

    /// <summary>What is known of a key's write with regard to a read that began at a moment.</summary>
    /// <param name="hash">Of the key.</param>
    /// <param name="began">When the read began.</param>
    /// <param name="acknowledged">When the last write before that was acknowledged; zero when it is too long ago.</param>
    /// <returns>False when a write was acknowledged after the read began, or may have been: the ring is too short to tell.</returns>
    public bool IsBefore(ulong hash, long began, out long acknowledged) => _shards[(int)(hash % Shards)].IsBefore(hash, began, out acknowledged);

    private sealed class Shard
    {
        private readonly Lock _lock = new();
        private readonly (ulong Hash, long Acknowledged)[] _ring = new (ulong, long)[PerShard];
        private int _next;

        public void Add(ulong hash, long acknowledged)
        {
            lock (_lock)
            {
                _ring[_next] = (hash, acknowledged);
                _next = (_next + 1) % PerShard;
            }
        }

        public bool IsBefore(ulong hash, long began, out long acknowledged)
        {
            acknowledged = 0;
            lock (_lock)
            {
                // The next to be replaced is the oldest; zero while the ring has not been filled yet.
                if (_ring[_next].Acknowledged >= began)
                {
                    return false;
                }

                foreach ((ulong found, long at) in _ring)
                {
                    if (found != hash || at == 0)
                    {
                        continue;
                    }

                    if (at >= began)
                    {
                        return false;
                    }

                    acknowledged = Math.Max(acknowledged, at);
                }
            }

            return true;
        }
    }
}
