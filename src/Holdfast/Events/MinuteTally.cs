using Holdfast.Telemetry;

namespace Holdfast.Events;

/// <summary>
/// Each minute of the clock, what became of its requests. When they begin to fail, what was good before is told by itself, so that the
/// log knows the second; while they fail, every ten seconds is told, so that an instance that is killed in the middle has told of most.
/// </summary>
internal sealed class MinuteTally(EventLog events, Func<RequestTotals> read, TimeProvider time)
{
    private readonly MinuteParts _parts = new(time.GetUtcNow(), read());

    /// <summary>Runs until the service stops. A minute without a request is told, too: somebody was there to be asked.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using PeriodicTimer second = new(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await second.WaitForNextTickAsync(stopping))
            {
                foreach (var part in _parts.At(time.GetUtcNow(), read()))
                {
                    events.Add(part);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            events.Add(_parts.End(time.GetUtcNow(), read()));
        }
    }
}

/// <summary>Where one part of a minute ends and the next begins. Asked about once a second.</summary>
internal sealed class MinuteParts(DateTimeOffset from, RequestTotals before)
{
    private static readonly TimeSpan s_whileFailing = TimeSpan.FromSeconds(10);

    private DateTimeOffset _from = from;
    private RequestTotals _before = before;
    private (DateTimeOffset At, RequestTotals Totals) _last = (from, before);

    /// <summary>What is to be told now; each with its own end in <see cref="ServiceEvent.At"/>.</summary>
    public IEnumerable<MinutePassed> At(DateTimeOffset now, RequestTotals totals)
    {
        List<MinutePassed> told = [];
        if (totals.Error > _last.Totals.Error && _last.Totals.Error == _before.Error && _last.At - _from >= s_whileFailing)
        {
            told.Add(End(_last.At, _last.Totals));
        }

        if (IsAnotherMinute(now) || (now - _from >= s_whileFailing && totals.Error > _before.Error))
        {
            told.Add(End(now, totals));
        }

        _last = (now, totals);
        return told;
    }

    /// <summary>Ends the part here.</summary>
    public MinutePassed End(DateTimeOffset now, RequestTotals totals)
    {
        var failures = totals.Failures
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value - _before.Failures.GetValueOrDefault(pair.Key)))
            .Where(pair => pair.Value > 0).ToDictionary(StringComparer.Ordinal);
        MinutePassed part = new(
            _from, totals.Good - _before.Good, totals.Error - _before.Error, totals.Slow - _before.Slow, failures.Count > 0 ? failures : null) { At = now };
        (_from, _before) = (now, totals);
        return part;
    }

    /// <summary>A clock that was set back shows another minute, too.</summary>
    private bool IsAnotherMinute(DateTimeOffset now) => now.UtcTicks / TimeSpan.TicksPerMinute != _from.UtcTicks / TimeSpan.TicksPerMinute;
}
