using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Holdfast.Embedded.Tests;

/// <summary>Listens to what a store counts of its log's failures.</summary>
internal sealed class CountedFailures : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public CountedFailures()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "holdfast_embedded_log_failures")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            _counts.AddOrUpdate((string)tags[0].Value!, value, (_, before) => before + value));
        _listener.Start();
    }

    public long Of(string operation) => _counts.GetValueOrDefault(operation);

    public void Dispose() => _listener.Dispose();
}
