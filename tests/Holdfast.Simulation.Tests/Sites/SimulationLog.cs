using System.Globalization;
using Holdfast.Lab.Simulation;
using Microsoft.Extensions.Logging;

namespace Holdfast.Simulation.Tests.Sites;

/// <summary>Keeps the last lines that the client logged, with the lab's time.</summary>
internal sealed class SimulationLog(Scheduler scheduler) : ILoggerFactory, ILogger
{
    private const int KeepMax = 2_000;

    private readonly Queue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{scheduler.Now} {logLevel} {formatter(state, exception)}"));
        if (_lines.Count > KeepMax)
        {
            _lines.Dequeue();
        }
    }
}
