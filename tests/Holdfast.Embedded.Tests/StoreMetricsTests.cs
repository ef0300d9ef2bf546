using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Embedded.Tests;

/// <summary>What the store counts of reads, and whose its meter is.</summary>
public sealed class StoreMetricsTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Hits_and_misses_are_counted_on_the_meter_of_the_host()
    {
        using Meters meters = new();
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, sink) =>
        {
            if (ReferenceEquals(instrument.Meter, meters.Made) && instrument.Name.StartsWith("holdfast_embedded_cache_", StringComparison.Ordinal))
            {
                sink.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => counts[instrument.Name] = value);
        listener.Start();
        await using EmbeddedSessionStore store = EmbeddedSessionStore.Open(
            _folder.Options, TimeProvider.System, NullLogger<EmbeddedSessionStore>.Instance, meters);
        await store.Set("key", "value");

        Assert.Null(await store.Get("other")); // a miss
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("value", await store.Get("key")); // two misses until it is kept, then hits
        }

        listener.RecordObservableInstruments();
        Assert.Equal(3, counts["holdfast_embedded_cache_misses"]);
        Assert.Equal(3, counts["holdfast_embedded_cache_hits"]);
    }
}
