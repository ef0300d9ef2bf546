using Holdfast.Telemetry;

namespace Holdfast.Events;

/// <summary>Each minute of the clock, what became of its requests; and what became of the last ones, when the service leaves.</summary>
internal sealed class MinuteTally(EventLog events, Func<RequestTotals> read, TimeProvider time)
{
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
                if (IsNextMinute(_from, time.GetUtcNow()))
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

    /// <summary>True once the clock shows another minute; a clock that was set back counts as one that goes on.</summary>
    public static bool IsNextMinute(DateTimeOffset from, DateTimeOffset now) =>
        now.UtcTicks / TimeSpan.TicksPerMinute != from.UtcTicks / TimeSpan.TicksPerMinute;

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
