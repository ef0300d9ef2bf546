namespace Holdfast.Lab.Cluster.Membership;

/// <summary>
/// Phi accrual as Cassandra computes it: silence measured in mean intervals between the endpoint's heartbeats. With a gossip
/// round a second the mean settles at 0.7 to 1 s, so conviction comes 14 to 20 s after the last heartbeat.
/// </summary>
internal sealed class FailureDetector(MembershipTimings timings)
{
    // Cassandra's constants: 1/ln(10), a sample of 1000 intervals, and the local pause after which it trusts nothing for a while.
    private const double PhiFactor = 0.4342944819032518;
    private static readonly TimeSpan LocalPauseMax = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, ArrivalWindow> windows = [];
    private TimeSpan? lastInterpreted;
    private TimeSpan? lastPause;

    public void Heard(int node, TimeSpan now)
    {
        if (!windows.TryGetValue(node, out var window))
        {
            windows[node] = window = new ArrivalWindow(timings.GossipInterval * 2);
        }

        window.Add(now);
    }

    /// <summary>Called once a round, before the round's convictions.</summary>
    public void BeginRound(TimeSpan now)
    {
        if (lastInterpreted is { } last && now - last > LocalPauseMax)
        {
            lastPause = now; // this process itself stood still: the silence is its own
        }

        lastInterpreted = now;
    }

    public bool Convicts(int node, TimeSpan now)
    {
        if (lastPause is { } pause && now - pause < LocalPauseMax)
        {
            return false;
        }

        return windows.TryGetValue(node, out var window) && PhiFactor * window.Phi(now) > timings.PhiConvictThreshold;
    }

    private sealed class ArrivalWindow(TimeSpan longestInterval)
    {
        private const int SampleMax = 1_000;

        private readonly Queue<TimeSpan> intervals = new();
        private TimeSpan sum;
        private TimeSpan? last;

        public void Add(TimeSpan now)
        {
            var interval = last is { } heard ? now - heard : longestInterval;
            last = now;
            if (interval > longestInterval)
            {
                return; // an outage is not an interval
            }

            intervals.Enqueue(interval);
            sum += interval;
            if (intervals.Count > SampleMax)
            {
                sum -= intervals.Dequeue();
            }
        }

        public double Phi(TimeSpan now) => last is { } heard ? (now - heard) / (sum / intervals.Count) : 0;
    }
}
