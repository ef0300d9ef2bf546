namespace Holdfast.Lab.Simulation;

/// <summary>The scheduler's clock as a <see cref="TimeProvider"/>, so that code under test can live in the lab's time.</summary>
internal sealed class VirtualTimeProvider(Scheduler scheduler) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => scheduler.UtcNow;

    public override long GetTimestamp() => scheduler.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SchedulerTimer(scheduler, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SchedulerTimer(Scheduler scheduler, Action callback) : ITimer
    {
        private ScheduledEvent? next;
        private TimeSpan period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            next?.Cancel();
            this.period = period;
            next = dueTime < TimeSpan.Zero ? null : scheduler.After(dueTime, Fire);
            return true;
        }

        public void Dispose() => next?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            next = period > TimeSpan.Zero ? scheduler.After(period, Fire) : null;
            callback();
        }
    }
}
