using System.Diagnostics;

namespace Holdfast.Telemetry.Logging;

/// <summary>
/// Logging as Kask does it: JSON lines on standard output. Lives in this folder: the format, the bound on repetition,
/// the queue to the output.
/// </summary>
internal sealed class KaskLoggerProvider(string serviceName, LogQueue queue, TimeProvider time) : ILoggerProvider
{
    private readonly KaskLogFormat _format = new(serviceName);
    private readonly RepeatedLines _repeated = new();
    private readonly long[] _counts = new long[(int)LogLevel.None];

    /// <summary>Messages of this level since the start, written or not.</summary>
    public long Count(LogLevel level) => Interlocked.Read(ref _counts[(int)level]);

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    /// <summary>Says what was held back before the present second; called about once a second.</summary>
    public void Summarise() => Write(_repeated.Collect(time.GetUtcNow()));

    /// <summary>The queue belongs to whoever made it.</summary>
    public void Dispose() => Write(_repeated.CollectAll());

    private void Write(ReadOnlySpan<HeldBack> heldBack)
    {
        foreach (var (text, level, count) in heldBack)
        {
            queue.Add(_format.Line($"{text} ({count} more like this in one second)", level, time.GetUtcNow()));
        }
    }

    private void Log(
        string text, LogLevel level, IReadOnlyList<KeyValuePair<string, object?>>? values, Exception? exception)
    {
        Interlocked.Increment(ref _counts[(int)level]);
        var now = time.GetUtcNow();
        var admitted = _repeated.Admit(text, level, now, out var heldBack);
        Write(heldBack);
        if (admitted)
        {
            queue.Add(_format.Line(text, level, now, values, exception, Activity.Current?.TraceId.ToHexString()));
        }
    }

    private sealed class Logger(KaskLoggerProvider provider) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // A request that Kestrel gave up while we read it comes back through it as an error of the application's,
            // which it is not. The endpoint has logged and counted it.
            if (IsEnabled(logLevel) && exception is not BadHttpRequestException)
            {
                provider.Log(
                    formatter(state, null), logLevel, state as IReadOnlyList<KeyValuePair<string, object?>>, exception);
            }
        }
    }
}
