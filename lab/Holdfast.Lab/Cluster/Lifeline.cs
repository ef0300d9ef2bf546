using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster;

/// <summary>
/// One process's life: all that it schedules and all that reaches it passes through here. When the process dies, nothing of
/// it runs any more; while it is paused (SIGSTOP), everything waits and then runs in the order in which it came.
/// </summary>
internal sealed class Lifeline(Scheduler scheduler)
{
    private const int BacklogMax = 100_000;

    private readonly Queue<Action> backlog = new();
    private int pauses;

    public TimeSpan Now => scheduler.Now;

    public bool IsEnded { get; private set; }

    public bool IsPaused => pauses > 0;

    public void After(TimeSpan delay, Action action) => scheduler.After(delay, () => Run(action));

    /// <summary>For what arrives from outside: a message, a client's bytes.</summary>
    public void Run(Action action)
    {
        if (IsEnded)
        {
            return;
        }

        if (IsPaused)
        {
            backlog.Enqueue(action);
            return;
        }

        action();
    }

    /// <summary>As <see cref="Run"/>, for what a full socket buffer would lose while the process stands still.</summary>
    public void RunOrDrop(Action action)
    {
        if (!IsPaused || backlog.Count < BacklogMax)
        {
            Run(action);
        }
    }

    /// <summary>It stands still until as many <see cref="Resume"/> as there were of these.</summary>
    public void Pause() => pauses++;

    public void Resume()
    {
        pauses--;
        while (backlog.Count > 0 && !IsEnded && !IsPaused)
        {
            backlog.Dequeue()();
        }
    }

    public void End()
    {
        IsEnded = true;
        backlog.Clear();
    }
}
