using System.Globalization;
using Holdfast.Lab.Simulation;
using Microsoft.Extensions.Logging;

namespace Holdfast.Simulation.Tests.Sites;

/// <summary>Keeps the last lines that the client logged, with the lab's time.</summary>
internal sealed class SimulationLog(Scheduler scheduler) : IDisposable
{
    private const int KeepMax = 2_000;

    private readonly Queue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>The log of one instance.</summary>
    public ILoggerFactory Of(string instance) => new InstanceLog(this, instance);

    public void Dispose()
    {
    }

    private void Add(string instance, LogLevel level, string line)
    {
        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{scheduler.Now} {instance} {level} {line}"));
        if (_lines.Count > KeepMax)
        {
            _lines.Dequeue();
        }
    }

    private sealed class InstanceLog(SimulationLog log, string instance) : ILoggerFactory, ILogger
    {
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
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add(instance, logLevel, formatter(state, exception));
    }
}
