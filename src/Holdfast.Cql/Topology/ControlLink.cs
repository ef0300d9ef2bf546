using System.Net;
using Holdfast.Cql.Connections;
using Holdfast.Cql.Core;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Transport;

namespace Holdfast.Cql.Topology;

/// <summary>
/// The control connection: one connection on which events arrive and the topology is read, made to whichever node takes it and
/// made anew when that is gone. Several candidates are tried side by side, half a second apart; the first wins.
/// </summary>
internal sealed class ControlLink(
    CoreLock core, CqlClusterOptions options, ConnectionOptions connections, ITransport transport, IControlListener listener)
    : IConnectionOwner
{
    private static readonly TimeSpan s_stagger = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_readingMax = TimeSpan.FromSeconds(5);

    // Events come in flocks: one reading follows them all.
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(500);

    private const int AttemptsMax = 3;

    private readonly List<(CqlConnection Connection, TimeSpan Until)> _attempts = [];
    private readonly Queue<IPEndPoint> _candidates = new();
    private ProtocolVersion _version = options.ProtocolVersionMax >= 5 ? ProtocolVersion.V5 : ProtocolVersion.V4;
    private CqlConnection? _connection;
    private TimeSpan _nextAttempt;
    private TimeSpan _nextReading;
    private TimeSpan _readingUntil;
    private bool _reading;
    private bool _closed;

    /// <summary>How often the topology is read without an event.</summary>
    public static readonly TimeSpan ReadingInterval = TimeSpan.FromSeconds(60);

    /// <summary>The connection, once it is ready: statements outside the hot path go through it.</summary>
    public CqlConnection? Connection => _connection;

    /// <summary>Every tenth of a second: what is due by the clock.</summary>
    public void Maintain()
    {
        if (_closed)
        {
            return;
        }

        foreach ((CqlConnection attempt, TimeSpan until) in _attempts)
        {
            if (core.Now >= until)
            {
                attempt.Close($"not ready within {options.ReadyWithin.TotalSeconds:0.#} s");
            }
        }

        if (_connection is not { } connection)
        {
            TryNext();
            return;
        }

        connection.CheckHeartbeat();
        if (_reading && core.Now >= _readingUntil)
        {
            connection.Close($"the topology was not told within {s_readingMax.TotalSeconds:0} s");
        }
        else if (!_reading && core.Now >= _nextReading)
        {
            Read(connection);
        }
    }

    /// <summary>The topology is to be read soon.</summary>
    public void ReadSoon() => _nextReading = Min(_nextReading, core.Now + s_settle);

    /// <summary>Somebody answers at this address: while there is no control connection, it is made there at once.</summary>
    public void TryAt(IPEndPoint endPoint)
    {
        ReadSoon();
        if (!_closed && _connection is null && _attempts.TrueForAll(attempt => !attempt.Connection.Purpose.EndPoint.Equals(endPoint)))
        {
            Connect(endPoint);
        }
    }

    public void Close()
    {
        _closed = true;
        _connection?.Close("the client is closing");
        foreach ((CqlConnection attempt, _) in _attempts)
        {
            attempt.Close("the client is closing");
        }
    }

    void IConnectionOwner.Ready(CqlConnection connection)
    {
        _attempts.RemoveAll(attempt => attempt.Connection == connection);
        if (_connection is not null)
        {
            connection.Close("another control connection was faster");
            return;
        }

        _connection = connection;
        foreach ((CqlConnection attempt, _) in _attempts)
        {
            attempt.Close("another control connection was faster");
        }

        _reading = false;
        Read(connection);
    }

    void IConnectionOwner.Pushed(CqlConnection connection, EventBody pushed)
    {
        switch (pushed)
        {
            case StatusChangeEvent status:
                listener.Hinted(status.EndPoint, status.IsUp);
                ReadSoon();
                break;
            case TopologyChangeEvent:
                ReadSoon();
                break;
            default:
                break;
        }
    }

    void IConnectionOwner.Closed(CqlConnection connection, string reason)
    {
        _attempts.RemoveAll(attempt => attempt.Connection == connection);
        if (_connection == connection)
        {
            _connection = null;
            _candidates.Clear();
            _nextAttempt = core.Now;
        }

        if (_closed || _connection is not null)
        {
            return;
        }

        if (connection.VersionRefused && _version == ProtocolVersion.V5)
        {
            _version = ProtocolVersion.V4;
            Connect(connection.Purpose.EndPoint);
            return;
        }

        listener.Unreachable(connection.Purpose.EndPoint, reason);
        if (_attempts.Count == 0)
        {
            _nextAttempt = Min(_nextAttempt, core.Now + TimeSpan.FromMilliseconds(10));
        }
    }

    private void TryNext()
    {
        if (core.Now < _nextAttempt || _attempts.Count >= AttemptsMax)
        {
            return;
        }

        if (_candidates.Count == 0)
        {
            if (_attempts.Count > 0)
            {
                return;
            }

            foreach (IPEndPoint candidate in listener.Candidates())
            {
                _candidates.Enqueue(candidate);
            }

            if (_candidates.Count == 0)
            {
                _nextAttempt = core.Now + s_pause;
                listener.Exhausted();
                return;
            }
        }

        Connect(_candidates.Dequeue());
        _nextAttempt = core.Now + s_stagger;
        if (_candidates.Count == 0)
        {
            // The last of this round: the next round waits a little, with addresses looked up anew.
            _nextAttempt = core.Now + s_pause;
            listener.Exhausted();
        }
    }

    private void Connect(IPEndPoint endPoint)
    {
        CqlConnection connection = new(core, connections, new ConnectionPurpose(endPoint, _version, IsControl: true), this);
        _attempts.Add((connection, core.Now + options.ReadyWithin));
        core.Defer(new DeferredCall(() => connection.Attach(transport.Connect(endPoint, connection, options.ConnectTimeout))));
    }

    private void Read(CqlConnection connection)
    {
        _reading = true;
        _readingUntil = core.Now + s_readingMax;
        _nextReading = core.Now + ReadingInterval;
        TopologyReading.Begin(connection, options.Keyspace, options.Port, (view, reason) =>
        {
            if (_connection != connection)
            {
                return;
            }

            _reading = false;
            if (view is null)
            {
                connection.Close($"the topology cannot be read: {reason}");
                return;
            }

            listener.Learned(view, connection.Version);
        });
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
