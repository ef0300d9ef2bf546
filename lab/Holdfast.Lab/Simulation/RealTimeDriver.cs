namespace Holdfast.Lab.Simulation;

/// <summary>
/// Runs a scheduler in real time, or faster by a factor, on one loop thread. Other threads hand it closures and wait when it
/// is far behind. An exception in a closure is a bug of the lab: the loop stops and <see cref="Completion"/> carries it.
/// </summary>
internal sealed class RealTimeDriver : IAsyncDisposable
{
    private const int InboxMax = 65_536;
    private const int BurstMax = 1_024;

    private readonly Scheduler scheduler;
    private readonly TimeProvider clock;
    private readonly double speed;
    private readonly Thread thread;
    private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object gate = new();
    private readonly long startedAt;
    private readonly TimeSpan startedNow;
    private readonly DateTimeOffset startedWall;
    private List<Action> inbox = [];
    private List<Action> taken = [];
    private bool stopping;

    public RealTimeDriver(Scheduler scheduler, TimeProvider clock, double speed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        this.scheduler = scheduler;
        this.clock = clock;
        this.speed = speed;
        startedAt = clock.GetTimestamp();
        startedNow = scheduler.Now;
        startedWall = clock.GetUtcNow();
        scheduler.Clock = () => VirtualNow;
        thread = new Thread(Loop) { IsBackground = true, Name = "lab" };
        thread.Start();
    }

    public Task Completion => completion.Task;

    /// <summary>Where the scheduler stood, or will stand, at a moment of the clock on the wall. Before the start it stood still.</summary>
    public TimeSpan ToSimulated(DateTimeOffset wall) => wall <= startedWall ? startedNow : startedNow + ((wall - startedWall) * speed);

    public DateTimeOffset ToWall(TimeSpan simulated) => startedWall + ((simulated - startedNow) / speed);

    /// <summary>Hands a closure to the loop thread. Dropped without a word once the driver is stopping.</summary>
    public void Post(Action action)
    {
        if (Thread.CurrentThread == thread)
        {
            scheduler.Post(action);
            return;
        }

        lock (gate)
        {
            while (inbox.Count >= InboxMax && !stopping)
            {
                Monitor.Wait(gate);
            }

            if (stopping)
            {
                return;
            }

            inbox.Add(action);
            if (inbox.Count == 1)
            {
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Runs a function on the loop thread and gives its result, or its exception, back.</summary>
    public Task<T> InvokeAsync<T>(Func<T> function)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                result.SetResult(function());
            }
#pragma warning disable CA1031 // handed to the caller, who asked for it
            catch (Exception exception)
#pragma warning restore CA1031
            {
                result.SetException(exception);
            }
        });
        return result.Task.WaitAsync(Completion);
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }

        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private TimeSpan VirtualNow => startedNow + (clock.GetElapsedTime(startedAt) * speed);

    private void Loop()
    {
        try
        {
            while (TakeInbox())
            {
                foreach (var action in taken)
                {
                    scheduler.Post(action);
                }

                taken.Clear();
                RunDue();
            }

            completion.SetResult();
        }
#pragma warning disable CA1031 // the loop's end is told through Completion
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (gate)
            {
                stopping = true;
                Monitor.PulseAll(gate);
            }

            completion.SetException(exception);
        }
    }

    /// <summary>At most a burst at a time, so that a flood of due events cannot keep the inbox waiting.</summary>
    private void RunDue()
    {
        var now = VirtualNow;
        for (var i = 0; i < BurstMax; i++)
        {
            if (!scheduler.RunNext(now))
            {
                scheduler.RunUntil(now);
                return;
            }
        }
    }

    private bool TakeInbox()
    {
        var due = scheduler.NextDue;
        lock (gate)
        {
            while (inbox.Count == 0 && !stopping)
            {
                var wait = due is { } moment ? (moment - VirtualNow) / speed : TimeSpan.FromSeconds(1);
                if (wait <= TimeSpan.Zero)
                {
                    break;
                }

                Monitor.Wait(gate, TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(wait.TotalMilliseconds, 1_000))));
            }

            (inbox, taken) = (taken, inbox);
            if (taken.Count >= InboxMax)
            {
                Monitor.PulseAll(gate);
            }

            return !stopping;
        }
    }
}

/// <summary>Waiting for a result that may never come because the loop ended.</summary>
internal static class LoopTasks
{
    public static async Task<T> WaitAsync<T>(this Task<T> result, Task loop)
    {
        if (await Task.WhenAny(result, loop).ConfigureAwait(false) != result)
        {
            await loop.ConfigureAwait(false);
            throw new ObjectDisposedException(nameof(RealTimeDriver));
        }

        return await result.ConfigureAwait(false);
    }
}
