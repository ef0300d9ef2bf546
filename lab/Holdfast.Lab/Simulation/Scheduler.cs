namespace Holdfast.Lab.Simulation;

/// <summary>
/// This folder: one seeded scheduler, virtual time over it, the event trace, and the loop thread that drives it in real
/// time. Everything that happens in the lab is a closure in this queue, run in the order of (time, sequence): nothing else
/// decides an order, so a seed replays. Not thread-safe by design: one owner runs it.
/// </summary>
internal sealed class Scheduler
{
    private readonly PriorityQueue<ScheduledEvent, (long At, long Sequence)> queue = new();
    private long sequence;

    public Scheduler(ulong seed, DateTimeOffset epoch)
    {
        Seed = seed;
        Epoch = epoch;
        Randomness = new Randomness(seed);
        Time = new VirtualTimeProvider(this);
    }

    public ulong Seed { get; }

    /// <summary>The calendar moment at which <see cref="Now"/> was zero.</summary>
    public DateTimeOffset Epoch { get; }

    /// <summary>Fork it by name; never draw from it directly.</summary>
    public Randomness Randomness { get; }

    public EventTrace Trace { get; } = new();

    public TimeProvider Time { get; }

    /// <summary>Time since the start of the simulation.</summary>
    public TimeSpan Now { get; private set; }

    public DateTimeOffset UtcNow => Epoch + Now;

    /// <summary>Set by who runs this in real time: where <see cref="Now"/> would be if the queue were never behind.</summary>
    public Func<TimeSpan>? Clock { get; set; }

    /// <summary>What a clock on the machine shows: it does not stand still while the queue is behind.</summary>
    public DateTimeOffset ClockUtcNow => Epoch + (Clock?.Invoke() ?? Now);

    public long EventsRun { get; private set; }

    public int Waiting => queue.Count;

    /// <summary>When the next event is due, or null when nothing is scheduled.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            DropCancelled();
            return queue.TryPeek(out _, out var key) ? TimeSpan.FromTicks(key.At) : null;
        }
    }

    public ScheduledEvent Post(Action action) => At(Now, action);

    public ScheduledEvent After(TimeSpan delay, Action action) => At(Now + delay, action);

    /// <summary>A moment that has passed means now: after everything already due now.</summary>
    public ScheduledEvent At(TimeSpan moment, Action action)
    {
        var scheduled = new ScheduledEvent(action);
        queue.Enqueue(scheduled, (Math.Max(moment.Ticks, Now.Ticks), sequence++));
        return scheduled;
    }

    /// <summary>Runs the next event, moving time to it. False when there is none at or before the limit.</summary>
    public bool RunNext(TimeSpan limit)
    {
        DropCancelled();
        if (!queue.TryPeek(out _, out var key) || key.At > limit.Ticks)
        {
            return false;
        }

        var next = queue.Dequeue();
        Now = TimeSpan.FromTicks(key.At);
        EventsRun++;
        next.Run();
        return true;
    }

    /// <summary>Runs everything due up to the moment, and leaves the clock there.</summary>
    public void RunUntil(TimeSpan moment)
    {
        while (RunNext(moment))
        {
        }

        if (moment > Now)
        {
            Now = moment;
        }
    }

    public void RunFor(TimeSpan duration) => RunUntil(Now + duration);

    /// <summary>Runs until the condition holds. False when it did not within the limit; the clock then stands there.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan within)
    {
        var limit = Now + within;
        while (!condition())
        {
            if (!RunNext(limit))
            {
                RunUntil(limit);
                return condition();
            }
        }

        return true;
    }

    private void DropCancelled()
    {
        while (queue.TryPeek(out var head, out _) && head.IsCancelled)
        {
            queue.Dequeue();
        }
    }
}
