using System.Diagnostics.Metrics;
using System.Net;
using Holdfast.Cql.Connections;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;
using Holdfast.Cql.Telemetry;
using Holdfast.Cql.Topology;
using Holdfast.Cql.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Cql.Tests.Health;

/// <summary>What must not grow for as long as the process lives.</summary>
public sealed class BoundsTests
{
    private readonly CoreLock _core = new(new FakeTimeProvider());

    [Fact]
    public void Whoever_leaves_the_cluster_leaves_what_is_counted()
    {
        ClusterTelemetry telemetry = new(_core, [], NullLogger.Instance);
        Coordinator stays = At(1);
        for (int address = 1; address <= 200; address++)
        {
            Coordinator coordinator = At(address);
            telemetry.Probed(coordinator, passed: true, TimeSpan.Zero);
            telemetry.Contradicted(coordinator, new Contradiction(coordinator.Id, stays.Id, ConsistencyLevel.LocalQuorum, default, FailureKind.Unavailable, 2, 1, default));
            telemetry.Moved(
                coordinator, new HealthTransition(coordinator.Id, CoordinatorState.Down, CoordinatorState.Connecting, TransitionReason.Connecting, null, default, false),
                id => id.ToString());
        }

        telemetry.Keep([stays]);

        string name = ClusterTelemetry.Name(stays);
        Assert.Equal(name, Assert.Single(telemetry.Probes).Key.Host);
        Assert.Equal(name, Assert.Single(telemetry.Contradictions).Key.Host);
        Assert.Equal(name, Assert.Single(telemetry.Transitions).Key.Host);
    }

    [Fact]
    public void Of_the_durations_of_probes_only_so_many_coordinators_have_a_series_of_their_own()
    {
        using Meter meter = new("bounds");
        HashSet<object?> coordinators = [];
        using MeterListener listener = new() { InstrumentPublished = (instrument, all) => { if (instrument.Meter == meter) { all.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => coordinators.Add(tags[0].Value));
        listener.Start();
        ProbeLatency latency = new(meter);
        for (int i = 0; i < 2 * ProbeLatency.CoordinatorsMax; i++)
        {
            latency.Record($"10.0.{i / 250}.{i % 250}:9042", TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(ProbeLatency.CoordinatorsMax + 1, coordinators.Count);
        Assert.Contains("other", coordinators);
    }

    [Fact]
    public void Only_so_many_wait_for_a_statement_to_be_prepared_again()
    {
        Preparation preparation = new(0, TimeSpan.Zero, waitersMax: 2, () => { });

        Assert.True(preparation.TryAdd(new Waiter()));
        Assert.True(preparation.TryAdd(new Waiter()));
        Assert.False(preparation.TryAdd(new Waiter()));
    }

    [Fact]
    public void A_connection_that_is_over_gives_its_buffer_back()
    {
        CqlConnection connection = new(
            _core, new ConnectionOptions { Statements = [] }, new ConnectionPurpose(new IPEndPoint(IPAddress.Loopback, 9042), Cql.Protocol.ProtocolVersion.V4, IsControl: false), At(1));
        IWireHandler handler = connection;
        handler.Opened();
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(handler.ReceiveMemory(), out ArraySegment<byte> received));

        handler.Closed("over");

        // The pool hands a thread what it gave back last.
        byte[] next = System.Buffers.ArrayPool<byte>.Shared.Rent(received.Array!.Length);
        Assert.Same(received.Array, next);
        System.Buffers.ArrayPool<byte>.Shared.Return(next);
    }

    private Coordinator At(int address)
    {
        HostInfo host = new(HealthScene.Host(address), new IPEndPoint(IPAddress.Parse($"10.0.0.{address}"), 9042), "eqiad", "a", [address], "4.1");
        CoordinatorTable table = new(
            _core, new CqlClusterOptions { ContactPoints = [], Keyspace = "sessions" }, new ConnectionOptions { Statements = [] }, new NoTransport(), new Random(1), null!);
        return new Coordinator(host, table, Cql.Protocol.ProtocolVersion.V4);
    }

    private sealed class Waiter : IPreparedWaiter
    {
        public void PreparedAgain(CqlConnection connection, bool prepared)
        {
        }
    }

    private sealed class NoTransport : ITransport
    {
        public IWire Connect(IPEndPoint endpoint, IWireHandler handler, TimeSpan timeout) => throw new NotSupportedException();
    }
}
