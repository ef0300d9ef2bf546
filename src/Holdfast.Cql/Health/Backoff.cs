namespace Holdfast.Cql.Health;

/// <summary>
/// Waits that double from failure to failure, with full jitter: a wait is drawn evenly from nothing to the current bound,
/// so that many clients of one returning host do not come in waves (M. Brooker, "Exponential Backoff And Jitter", 2015).
/// </summary>
internal sealed class Backoff(TimeSpan min, TimeSpan max, Random random)
{
    private int _failures;

    public TimeSpan Next()
    {
        double bound = Math.Min(max.Ticks, min.Ticks * Math.Pow(2, Math.Min(_failures, 30)));
        _failures++;
        return TimeSpan.FromTicks((long)(bound * random.NextDouble()));
    }

    public void Reset() => _failures = 0;
}
