namespace Holdfast.Cql.Execution;

/// <summary>
/// The write timestamps of this process, in microseconds since the Unix epoch: one per operation, reused by all its
/// attempts, and never going back.
/// </summary>
/// <remarks>
/// Cassandra keeps the value with the highest timestamp. Several instances with skewed clocks write the same keys, so a new
/// timestamp is also higher than every one this process has read; values from more than a second ahead are ignored, or one
/// instance with a broken clock would push everybody's into its future. Thread-safe.
/// </remarks>
public sealed class TimestampSource
{
    /// <summary>How far ahead of the clock a timestamp that was read may be to count.</summary>
    public static readonly TimeSpan TrustAhead = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private long _floor;
    private long _correctionTicks;

    /// <summary>Takes the wall clock that timestamps follow.</summary>
    public TimestampSource(TimeProvider time) => _time = time;

    /// <summary>What is added to the clock: how far the cluster's clocks are ahead of this process's.</summary>
    public TimeSpan Correction
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _correctionTicks));
        set => Volatile.Write(ref _correctionTicks, value.Ticks);
    }

    /// <summary>A timestamp for a new operation: max(clock, last issued + 1, highest seen + 1).</summary>
    public long Next()
    {
        long clock = Clock();
        while (true)
        {
            long floor = Volatile.Read(ref _floor);
            long next = Math.Max(clock, floor + 1);
            if (Interlocked.CompareExchange(ref _floor, next, floor) == floor)
            {
                return next;
            }
        }
    }

    /// <summary>A read returned a value with this timestamp.</summary>
    public void Saw(long timestamp)
    {
        if (timestamp > Clock() + (TrustAhead.Ticks / TimeSpan.TicksPerMicrosecond))
        {
            return;
        }

        long floor = Volatile.Read(ref _floor);
        while (timestamp > floor)
        {
            long found = Interlocked.CompareExchange(ref _floor, timestamp, floor);
            if (found == floor)
            {
                return;
            }

            floor = found;
        }
    }

    private long Clock() => ((_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks + Volatile.Read(ref _correctionTicks)) / TimeSpan.TicksPerMicrosecond;
}
