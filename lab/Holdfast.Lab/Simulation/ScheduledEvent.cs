namespace Holdfast.Lab.Simulation;

/// <summary>One closure in the scheduler's queue. Cancelling drops what it captured at once; its place is swept later.</summary>
internal sealed class ScheduledEvent(Action action)
{
    private Action? action = action;

    public bool IsCancelled { get; private set; }

    public void Cancel()
    {
        IsCancelled = true;
        action = null;
    }

    internal void Run()
    {
        var run = action;
        action = null;
        run?.Invoke();
    }
}
