namespace Holdfast.Cql.Health;

/// <summary>A peak-sensitive moving average of latencies: a slower one is taken over at once, faster ones decay in.</summary>
/// <remarks>As Finagle's load balancer has it (twitter/finagle, PeakEwma.scala).</remarks>
/// <param name="decay">After which the past counts for 1/e.</param>
internal sealed class PeakEwma(TimeSpan decay)
{
    /// <summary>Below it the series is exact to 2e-10, and takes a tenth of the time of the exponential: requests come close together.</summary>
    private const double SmallMax = 0.001;

    private double _ticks;
    private TimeSpan _at;

    public void Add(TimeSpan latency, TimeSpan now)
    {
        if (latency.Ticks > _ticks)
        {
            _ticks = latency.Ticks;
        }
        else
        {
            double weight = Kept(now);
            _ticks = (_ticks * weight) + (latency.Ticks * (1 - weight));
        }

        _at = now;
    }

    /// <summary>The moving average; zero before the first sample. It fades without samples, or who is slow once is never tried again.</summary>
    public TimeSpan Read(TimeSpan now) => TimeSpan.FromTicks((long)(_ticks * Kept(now)));

    private double Kept(TimeSpan now)
    {
        double past = (double)(now - _at).Ticks / decay.Ticks;
        return past < SmallMax ? 1 - past + (past * past / 2) : Math.Exp(-past);
    }
}
