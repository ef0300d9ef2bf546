using System.Diagnostics.Metrics;
using Holdfast.Cql.Core;
using Holdfast.Cql.Telemetry;
using Xunit;

namespace Holdfast.Cql.Tests.Telemetry;

public sealed class OperationLatencyTests : IDisposable
{
    private static readonly CqlStatement s_get = new("get", "SELECT value FROM kask.values WHERE key = ?", ConsistencyLevel.LocalQuorum);
    private static readonly CqlStatement s_ask = new("ask", "SELECT ttl(value) FROM kask.values WHERE key = ?", ConsistencyLevel.LocalQuorum);
    private static readonly CqlStatement s_set = new("set", "INSERT INTO kask.values (key) VALUES (?)", ConsistencyLevel.LocalQuorum);

    private readonly Meter _meter = new(nameof(OperationLatencyTests));
    private readonly OperationLatency _latency;

    public OperationLatencyTests()
    {
        _latency = new OperationLatency(new CoreLock(TimeProvider.System), [s_get, s_ask, s_set]);
        _latency.Register(_meter);
    }

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Statements_with_the_same_attributes_are_one_series()
    {
        Add(0, CqlOutcome.Success, 0.001, 0.002);
        Add(1, CqlOutcome.Success, 11);
        Add(2, CqlOutcome.Success, 0.01);
        Add(2, CqlOutcome.DeadlineExceeded, 2);

        IReadOnlyList<CqlDurationSeries> series = _latency.Read();

        Assert.Equal(
            ["SELECT ", "INSERT ", "INSERT deadline_exceeded"],
            series.Select(one => $"{one.Attributes[1].Value} {(one.Attributes.Count > 3 ? one.Attributes[3].Value : "")}"));
        Assert.Equal([1, 1, 0, 0, 0, 0, 0, 0, 0, 1], series[0].Counts);
        Assert.Equal(11.003, series[0].Sum.TotalSeconds, 9);
        Assert.Equal([0, 0, 1, 0, 0, 0, 0, 0, 0, 0], series[1].Counts);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1, 0, 0], series[2].Counts);
    }

    [Fact]
    public void Whoever_listens_is_told_of_each_request_from_then_on_and_once()
    {
        List<double> told = [];
        Add(0, CqlOutcome.Success, 0.002, 0.002);
        _latency.Hand();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == _meter)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => told.Add(seconds));
        listener.Start();
        Add(0, CqlOutcome.Success, 0.002, 0.004);
        Add(2, CqlOutcome.Success, 0.02);

        _latency.Hand();
        _latency.Hand();

        Assert.Equal([0.003, 0.003, 0.02], told);
        Assert.Equal(4, _latency.Read()[0].Counts.Sum());
    }

    private void Add(int statement, CqlOutcome outcome, params double[] seconds)
    {
        foreach (double one in seconds)
        {
            _latency.Add(statement, outcome, TimeSpan.FromSeconds(one));
        }
    }
}
