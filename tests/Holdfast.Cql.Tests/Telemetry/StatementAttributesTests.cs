using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Cql.Tests.Telemetry;

/// <summary>db.client.operation.duration as OpenTelemetry's conventions have it: name, unit, buckets and attributes.</summary>
public sealed class StatementAttributesTests
{
    private static readonly double[] s_advised = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

    [Fact]
    public async Task A_request_s_latency_is_measured_as_the_conventions_say()
    {
        CqlStatement get = new("get", "SELECT value FROM kask.values WHERE key = ?", ConsistencyLevel.LocalQuorum);
        Instrument? latency = null;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) => latency = instrument.Name == "db.client.operation.duration" ? instrument : latency;
        listener.Start();
        using Meters meters = new();
        await using CqlCluster cluster = new(
            new CqlClusterOptions { ContactPoints = [], Keyspace = "kask" }, [get], TimeProvider.System, NullLoggerFactory.Instance, meters);

        Histogram<double> histogram = Assert.IsType<Histogram<double>>(latency);
        Assert.Equal("s", histogram.Unit);
        Assert.Equal(s_advised, histogram.Advice!.HistogramBucketBoundaries);
        Assert.Equal(
            [("db.system.name", "cassandra"), ("db.operation.name", "SELECT"), ("cassandra.consistency.level", "local_quorum")],
            Tags(get, CqlOutcome.Success));
        Assert.Equal(("error.type", "deadline_exceeded"), Tags(get, CqlOutcome.DeadlineExceeded)[^1]);
    }

    private static List<(string, string)> Tags(CqlStatement statement, CqlOutcome outcome) =>
        [.. statement.Attributes.Of(outcome).Select(tag => (tag.Key, (string)tag.Value!))];

    private sealed class Meters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            _meters.Add(new Meter(options));
            return _meters[^1];
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
