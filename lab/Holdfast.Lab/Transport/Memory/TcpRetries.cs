using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Transport.Memory;

/// <summary>
/// What TCP repeats while nothing answers, with Linux's defaults: a SYN after 1, 3, 7 … 63 s and given up after 127 s; data after 0.2 s,
/// twice as long each time up to two minutes, and given up after 924 s.
/// </summary>
internal sealed class TcpRetries(Scheduler scheduler, TcpRetries.Schedule schedule, Func<bool> answered, Action gaveUp)
{
    private static readonly TimeSpan IntervalMax = TimeSpan.FromSeconds(120);

    private ScheduledEvent? next;
    private TimeSpan interval;
    private int left;

    public static Schedule Syn { get; } = new(TimeSpan.FromSeconds(1), 6);

    public static Schedule Data { get; } = new(TimeSpan.FromSeconds(0.2), 15);

    public bool IsRunning => next is not null;

    public void Begin()
    {
        (interval, left) = (schedule.First, schedule.Times);
        next = scheduler.After(interval, Repeat);
    }

    public void Stop()
    {
        next?.Cancel();
        next = null;
    }

    private void Repeat()
    {
        if (left == 0)
        {
            next = null;
            gaveUp();
            return;
        }

        left--;
        interval = interval * 2 < IntervalMax ? interval * 2 : IntervalMax;
        next = answered() ? null : scheduler.After(interval, Repeat);
    }

    internal readonly record struct Schedule(TimeSpan First, int Times);
}
