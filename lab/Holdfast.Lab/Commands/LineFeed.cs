using Microsoft.Extensions.Logging;

namespace Holdfast.Lab.Commands;

/// <summary>
/// Lines for whoever watches: what the loop thread and the sockets have to say waits here, so that a terminal that stands still
/// holds up nobody. The oldest are dropped, and counted, when nobody takes them.
/// </summary>
internal sealed class LineFeed(TimeProvider clock) : ILogger
{
    private const int LinesMax = 10_000;

    private readonly Lock gate = new();
    private readonly Queue<string> lines = new();
    private int dropped;

    public void Add(string line)
    {
        lock (gate)
        {
            lines.Enqueue(line);
            if (lines.Count > LinesMax)
            {
                lines.Dequeue();
                dropped++;
            }
        }
    }

    public IReadOnlyList<string> TakeAll()
    {
        lock (gate)
        {
            string[] taken = dropped == 0 ? [.. lines] : [$"{dropped} lines dropped", .. lines];
            lines.Clear();
            dropped = 0;
            return taken;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Add($"{clock.GetUtcNow():HH:mm:ss.fff} {logLevel.ToString().ToLowerInvariant()}: {formatter(state, exception)}");
        }
    }
}
