using System.Net;
using Holdfast.Cql.Connections;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;
using Holdfast.Cql.Routing;
using Holdfast.Cql.Topology;
using Holdfast.Cql.Transport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Cql.Tests.Health;

/// <summary>When a coordinator without a connection gets one, and how long that may take.</summary>
public sealed class ConnectingTests
{
    private static readonly IPEndPoint s_endPoint = new(IPAddress.Loopback, 9042);

    [Theory]
    [InlineData(0.5, 5)]
    [InlineData(5, 5)]
    [InlineData(12, 12)] // connect_timeout_ms as it is
    public void A_connection_that_is_not_ready_within_five_seconds_or_the_time_to_connect_is_given_up(double connectTimeout, double expected)
    {
        Scene scene = new(TimeSpan.FromSeconds(connectTimeout));
        scene.Run(0.1);
        SilentWire wire = Assert.Single(scene.Transport.Wires);
        Assert.Equal(CoordinatorState.Connecting, scene.State);
        wire.Handler.Opened(); // TCP is there, and then nothing comes

        scene.Run(expected - 0.2);
        Assert.Null(wire.Closed);
        scene.Run(0.4);

        Assert.NotNull(wire.Closed);
        Assert.Contains((CoordinatorState.Down, TransitionReason.ConnectFailed), scene.Moves);
    }

    [Fact]
    public void An_UP_event_gives_one_try_at_once_and_the_back_off_goes_on()
    {
        Scene scene = new(TimeSpan.FromSeconds(5));
        scene.Transport.Refuses = true;
        scene.Run(120); // the waits are up to ten seconds by now
        int before;
        do
        {
            before = scene.Transport.Wires.Count;
            scene.Run(0.5);
        }
        while (scene.Transport.Wires.Count > before);

        scene.Table.Hint(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 9042), up: true); // another host
        scene.Run(0.1);
        Assert.Equal(before, scene.Transport.Wires.Count);
        scene.Table.Hint(s_endPoint, up: true);
        scene.Run(0.1);
        Assert.Equal(before + 1, scene.Transport.Wires.Count);

        scene.Run(120);
        Assert.InRange(scene.Transport.Wires.Count - before, 13, 50); // of up to ten seconds with full jitter, half on average
    }

    [Fact]
    public void An_UP_event_about_a_coordinator_that_has_a_connection_changes_nothing()
    {
        Scene scene = new(TimeSpan.FromSeconds(5));
        scene.Run(0.1);

        scene.Table.Hint(s_endPoint, up: true);
        scene.Run(0.5);

        Assert.Single(scene.Transport.Wires);
    }

    /// <summary>One host that never says anything, and a clock that stands still unless told otherwise.</summary>
    private sealed class Scene : ICoordinatorListener
    {
        private readonly FakeTimeProvider _time = new();
        private readonly CoreLock _core;
        private readonly HostId _id = HealthScene.A;

        public Scene(TimeSpan connectTimeout)
        {
            CqlClusterOptions options = new() { ContactPoints = ["127.0.0.1"], Keyspace = "sessions", ConnectTimeout = connectTimeout };
            _core = new CoreLock(_time);
            Table = new CoordinatorTable(_core, options, new ConnectionOptions { Statements = [] }, Transport, new Random(1), this);
            HostInfo host = new(_id, s_endPoint, "eqiad", "a", [0], "4.1");
            TokenRing ring = TokenRing.Build([new RingMember(_id, "eqiad", "a", [0])], new Replication(new Dictionary<string, int> { ["eqiad"] = 1 }, 0));
            Under(() => Table.Apply([host], ring, Cql.Protocol.ProtocolVersion.V4, atStart: true));
        }

        public SilentTransport Transport { get; } = new();

        public CoordinatorTable Table { get; }

        public CoordinatorState State => Table.Health.State(_id);

        public void Run(double seconds)
        {
            for (int i = 0; i < seconds * 10; i++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                Under(() => Table.Maintain(need: false));
            }
        }

        private void Under(Action action)
        {
            _core.Enter();
            action();
            _core.Exit();
        }

        public List<(CoordinatorState To, TransitionReason Reason)> Moves { get; } = [];

        void ICoordinatorListener.Moved(Coordinator? coordinator, in HealthTransition transition) => Moves.Add((transition.To, transition.Reason));

        void ICoordinatorListener.Troubled(Coordinator coordinator, string reason, bool again)
        {
        }

        void ICoordinatorListener.RangeServed(ReplicaSetId set, ConsistencyLevel level, Coordinator by)
        {
        }

        void ICoordinatorListener.Probed(Coordinator coordinator, bool passed, TimeSpan latency)
        {
        }

        void ICoordinatorListener.Displaced(Coordinator coordinator, HostId answeredBy)
        {
        }

        void ICoordinatorListener.RingChanged()
        {
        }
    }

    private sealed class SilentTransport : ITransport
    {
        public List<SilentWire> Wires { get; } = [];

        public bool Refuses { get; set; }

        public IWire Connect(IPEndPoint endpoint, IWireHandler handler, TimeSpan timeout)
        {
            SilentWire wire = new(handler);
            Wires.Add(wire);
            if (Refuses)
            {
                wire.Close("refused");
            }

            return wire;
        }
    }

    private sealed class SilentWire(IWireHandler handler) : IWire
    {
        public IWireHandler Handler => handler;

        public string? Closed { get; private set; }

        public void Flush()
        {
        }

        public void Close(string reason)
        {
            if (Closed is null)
            {
                Closed = reason;
                handler.Closed(reason);
            }
        }
    }
}
