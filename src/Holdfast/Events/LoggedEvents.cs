using System.Globalization;

namespace Holdfast.Events;

/// <summary>
/// Events from the log's own catalogues: their ids and the names of their values are stable, and no key or value is in any of them
/// (decision 0117). Takes what it knows, whatever <c>log_level</c> is, and nothing else.
/// </summary>
internal sealed class LoggedEvents(EventLog events) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(events);

    public void Dispose()
    {
        // The event log belongs to whoever made it.
    }

    /// <summary>Null for a line that is no event.</summary>
    public static ServiceEvent? From(int id, LogLine line) => id switch
    {
        300 => new CoordinatorMoved(line.Text("Address"), line.Text("From"), line.Text("To"), line.Text("Reason")),
        301 => new CoordinatorMoved(
            line.Text("Address"), line.Text("From"), line.Text("To"), line.Text("Reason"), Evidence: Evidence(line, withCount: true)),
        302 => new CoordinatorMoved(
            line.Text("Address"), null, null, line.Text("Reason"), Withheld: true, Evidence: Evidence(line, withCount: false)),
        304 => new QuorumLost(line.Text("Level"), (int)line.Whole("DarkRanges"), (int)line.Whole("Ranges"), line.Text("Reason")),
        305 => new QuorumBack(line.Text("Level")),
        500 => new CanaryFailed(line.Text("Coordinator"), line.Text("Step"), line.Text("Reason")),
        501 => new CanaryRecovered(line.Text("Coordinator"), line.Whole("Failures")),
        510 => new SessionLost(line.Number("AgeSeconds"), (int)line.Whole("LifeSeconds")),
        1102 => new ReadinessChanged("draining"),
        1105 => new ReadinessChanged("ready"),
        1106 => new ReadinessChanged("storage_unavailable", line.Text("Reason")),
        1107 => new ReadinessChanged("storage_back"),

        // The embedded store's disk and database; coordinators without a connection, a data centre that is not there, protection off,
        // a new host at an old address; what the checks at the start found; deletes that wait; stale reads.
        (>= 200 and <= 205) or 303 or 308 or 309 or 310 or 312 or 400 or 420 or 421 or 422 or 424 or 425 or 426 or 511 =>
            new Noted(line.Level.ToString(), line.Whole()),
        _ => null,
    };

    private static MoveEvidence Evidence(LogLine line, bool withCount) => new(
        line.Text("Level"),
        (int)line.Whole("Required"),
        (int)line.Whole("Alive"),
        line.Text("ContradictedBy") is "nobody" ? null : line.Text("ContradictedBy"),
        withCount ? (int)line.Whole("Count") : 0,
        withCount ? line.Number("WithinSeconds") : 0);

    private sealed class Logger(EventLog events) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is IReadOnlyList<KeyValuePair<string, object?>> values
                && From(eventId.Id, new LogLine(logLevel, values, () => formatter(state, null))) is { } happened
                && !(events.IsClosing && happened is CoordinatorMoved))
            {
                events.Add(happened);
            }
        }
    }
}

/// <summary>What a catalogue put into one line.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Values">By name.</param>
/// <param name="Write">The whole text.</param>
internal readonly record struct LogLine(LogLevel Level, IReadOnlyList<KeyValuePair<string, object?>> Values, Func<string> Write)
{
    private const int TextMax = 512;

    /// <summary>The whole line.</summary>
    public string Whole() => BoundedText.Of(Write(), TextMax) ?? "";

    public string Text(string name) => BoundedText.Of(Convert.ToString(Value(name), CultureInfo.InvariantCulture), TextMax) ?? "";

    public long Whole(string name) => Convert.ToInt64(Value(name), CultureInfo.InvariantCulture);

    public double Number(string name) => Convert.ToDouble(Value(name), CultureInfo.InvariantCulture);

    /// <summary>A value that a catalogue no longer has is a mistake that tests find; it costs no event.</summary>
    private object? Value(string name)
    {
        foreach (var (key, value) in Values)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }
}
