using Holdfast.Telemetry;

namespace Holdfast.Events;

/// <summary>
/// Each minute of the clock, what became of its requests; what became of the last ones, when the service leaves; and while requests fail,
/// every ten seconds, so that an instance that is killed in the middle of it has told of most.
/// </summary>
internal sealed class MinuteTally(EventLog events, Func<RequestTotals> read, TimeProvider time)
{
    private static readonly TimeSpan s_whileFailing = TimeSpan.FromSeconds(10);

    private DateTimeOffset _from = time.GetUtcNow();
    private RequestTotals _before = read();

    /// <summary>Runs until the service stops. A minute without a request is told, too: somebody was there to be asked.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using PeriodicTimer second = new(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await second.WaitForNextTickAsync(stopping))
            {
                if (IsDue(_from, time.GetUtcNow(), () => read().Error > _before.Error))
                {
                    Tell();
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Tell();
        }
    }

    /// <summary>A clock that was set back shows another minute, too.</summary>
    public static bool IsDue(DateTimeOffset from, DateTimeOffset now, Func<bool> requestsFailed) =>
        now.UtcTicks / TimeSpan.TicksPerMinute != from.UtcTicks / TimeSpan.TicksPerMinute
        || (now - from >= s_whileFailing && requestsFailed());

    private void Tell()
    {
        var after = read();
        events.Add(Passed(_from, _before, after));
        (_from, _before) = (time.GetUtcNow(), after);
    }

    /// <summary>What happened between two readings.</summary>
    public static MinutePassed Passed(DateTimeOffset from, RequestTotals before, RequestTotals after)
    {
        var failures = after.Failures
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value - before.Failures.GetValueOrDefault(pair.Key)))
            .Where(pair => pair.Value > 0).ToDictionary(StringComparer.Ordinal);
        return new MinutePassed(
            from, after.Good - before.Good, after.Error - before.Error, after.Slow - before.Slow, failures.Count > 0 ? failures : null);
    }
}
