using Holdfast.Cql.Connections;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Routing;
using Holdfast.Cql.Topology;
using Holdfast.Cql.Transport;

namespace Holdfast.Cql.Coordinators;

/// <summary>
/// All coordinators of this instance: connects them, keeps health told and what it says at hand, and holds the ring of the
/// local data centre, by which requests find the replicas of their key.
/// </summary>
internal sealed class CoordinatorTable
{
    // Whoever waits for a dark range waits for 0.5 s at least (RangeOutages): in that time everybody is tried once. A packet that
    // opens a connection to a machine without power is not refused but lost, and within a data centre it is answered in a millisecond.
    private static readonly TimeSpan s_reconnectInNeed = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_openInNeed = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_silenceInNeed = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_openInNeedTls = TimeSpan.FromSeconds(1);

    // An operator who gives connecting more time than the whole way has gives it to the whole way.
    private readonly TimeSpan _readyWithin;

    private readonly CoreLock _core;
    private readonly CqlClusterOptions _options;
    private readonly ConnectionOptions _connections;
    private readonly ITransport _transport;
    private readonly ICoordinatorListener _listener;
    private readonly SortedDictionary<HostId, Coordinator> _byId = [];
    private Coordinator[][] _bySet = [];
    private bool _closed;

    public CoordinatorTable(
        CoreLock core, CqlClusterOptions options, ConnectionOptions connections, ITransport transport, Random random,
        ICoordinatorListener listener)
    {
        _core = core;
        _options = options;
        _connections = connections;
        _transport = transport;
        _listener = listener;
        _readyWithin = options.ReadyWithin;
        Health = new ClusterHealth(options.Health, random);
    }

    public ClusterHealth Health { get; }

    /// <summary>The ring of the local data centre; empty until the topology is known.</summary>
    public TokenRing Ring { get; private set; } = TokenRing.Empty;

    /// <summary>In the order of their ids.</summary>
    public Coordinator[] All { get; private set; } = [];

    /// <summary>How many are Up.</summary>
    public int UpCount { get; private set; }

    public ReadOnlySpan<Coordinator> Replicas(ReplicaSetId set) => set.Value < _bySet.Length ? _bySet[set.Value] : [];

    public Coordinator? Find(HostId id) => _byId.GetValueOrDefault(id);

    /// <summary>Takes over the hosts of the local data centre.</summary>
    /// <param name="hosts">Those that are to be coordinators.</param>
    /// <param name="ring">Their ring.</param>
    /// <param name="version">The protocol version to begin with.</param>
    /// <param name="atStart">True for the first topology of the process.</param>
    public void Apply(IReadOnlyList<HostInfo> hosts, TokenRing ring, ProtocolVersion version, bool atStart)
    {
        HashSet<HostId> wanted = [.. hosts.Select(host => host.Id)];
        foreach (Coordinator gone in All.Where(coordinator => !wanted.Contains(coordinator.Id)))
        {
            _byId.Remove(gone.Id);
            Health.Remove(gone.Id);
            gone.Connection?.Close("the host is not a coordinator any more");
        }

        foreach (HostInfo host in hosts)
        {
            Coordinator? known = Find(host.Id);
            if (known is null)
            {
                _byId.Add(host.Id, new Coordinator(host, this, version) { ConnectAt = _core.Now });
                Health.Add(host.Id, atStart, _core.Now);
                continue;
            }

            if (!known.Host.EndPoint.Equals(host.EndPoint))
            {
                known.Connection?.Close("the host has another address now");
                known.ConnectAt = _core.Now;
            }

            known.Host = host;
        }

        All = [.. _byId.Values];
        Ring = ring;
        _bySet = new Coordinator[ring.ReplicaSets][];
        for (int set = 0; set < _bySet.Length; set++)
        {
            List<Coordinator> members = [];
            foreach (HostId id in ring.Members(new ReplicaSetId(set)))
            {
                if (Find(id) is { } member)
                {
                    members.Add(member);
                }
            }

            _bySet[set] = [.. members];
        }

        Health.RingChanged();
        _listener.RingChanged();
        Reread();
    }

    /// <summary>Every tenth of a second: what is due by the clock.</summary>
    /// <param name="need">Somebody is waiting for a range that nobody serves: whoever is down is tried again soon, not when its
    /// back-off is over.</param>
    public void Maintain(bool need)
    {
        TimeSpan now = _core.Now;
        foreach (Coordinator coordinator in All)
        {
            if (coordinator.Connection is not { } connection)
            {
                if (!_closed && (now >= coordinator.ConnectAt || (need && now >= coordinator.DisconnectedAt + s_reconnectInNeed)))
                {
                    Connect(coordinator);
                }
            }
            else if (!connection.IsReady && now >= coordinator.ConnectUntil)
            {
                connection.Close($"not ready within {_readyWithin.TotalSeconds:0.#} s");
            }
            else if (need && !connection.IsOpen && now >= coordinator.ConnectBegan + OpenInNeed)
            {
                connection.Close($"not open within {OpenInNeed.TotalSeconds:0.#} s");
            }
            else if (need && connection is { IsOpen: true, IsReady: false } && now >= connection.LastHeard + SilenceInNeed(coordinator))
            {
                connection.Close($"silent for {SilenceInNeed(coordinator).TotalSeconds:0.##} s before it was ready");
                coordinator.SilentSetups++;
            }
            else
            {
                connection.CheckHeartbeat();
            }
        }

        Reread();
    }

    /// <summary>About once a second: what takes comparing all of them.</summary>
    public void CompareLatencies() => Health.Tick(_core.Now);

    /// <summary>Whatever told health something says so here: transitions are passed on, and choices see them at once.</summary>
    public void HealthMayHaveMoved()
    {
        if (!Health.HasTransitions)
        {
            return;
        }

        while (Health.TryDequeue(out HealthTransition transition))
        {
            Coordinator? coordinator = Find(transition.Coordinator);
            if (coordinator is not null && !transition.Withheld)
            {
                coordinator.LastMove = transition;
            }

            _listener.Moved(coordinator, transition);
        }

        Reread();
    }

    /// <summary>The cluster said that a host went up or down: a hint to look at once, and no more.</summary>
    public void Hint(System.Net.IPEndPoint endPoint, bool up)
    {
        foreach (Coordinator coordinator in All)
        {
            if (!coordinator.Host.EndPoint.Equals(endPoint))
            {
                continue;
            }

            if (up && coordinator.Connection is null)
            {
                coordinator.ConnectAt = _core.Now;
            }
            else if (!up)
            {
                coordinator.Connection?.AskHeartbeat();
                Health.DownEvent(coordinator.Id, _core.Now);
            }
        }
    }

    public void Connected(Coordinator coordinator, CqlConnection connection)
    {
        if (coordinator.Connection != connection)
        {
            connection.Close("superseded");
            return;
        }

        if (connection.Host != coordinator.Id)
        {
            // A reimaged machine at the same address is a new host and inherits nothing.
            connection.Close("another host answers at this address");
            _listener.Displaced(coordinator, connection.Host);
            return;
        }

        coordinator.LastTrouble = null;
        coordinator.SilentSetups = 0;
        Health.Connected(coordinator.Id, _core.Now);
        HealthMayHaveMoved();
    }

    public void Disconnected(Coordinator coordinator, CqlConnection connection, string reason)
    {
        if (coordinator.Connection != connection)
        {
            return;
        }

        coordinator.Connection = null;
        coordinator.IsProbing = false;
        bool again = coordinator.LastTrouble == reason;
        coordinator.LastTrouble = reason;
        coordinator.DisconnectedAt = _core.Now;
        if (connection.VersionRefused && coordinator.Version == ProtocolVersion.V5)
        {
            coordinator.Version = ProtocolVersion.V4;
            Health.ConnectFailed(coordinator.Id, _core.Now, blame: false);
            coordinator.ConnectAt = _core.Now;
            HealthMayHaveMoved();
            return;
        }

        TimeSpan wait = Health.ConnectionEnded(coordinator.Id, _core.Now);
        coordinator.ConnectAt = _core.Now + wait;
        if (!_closed)
        {
            _listener.Troubled(coordinator, reason, again);
        }

        HealthMayHaveMoved();
    }

    /// <summary>Ends every connection, and makes none again.</summary>
    public void Close()
    {
        _closed = true;
        foreach (Coordinator coordinator in All)
        {
            coordinator.Connection?.Close("the client is closing");
        }
    }

    /// <summary>
    /// A setup whose answer was lost or mangled never ends, and whoever heals is met by the next one: the first is given up soon. Whoever
    /// is only slow gets in with the second or the third, so that patience grows and begins anew.
    /// </summary>
    private static TimeSpan SilenceInNeed(Coordinator coordinator) => s_silenceInNeed * (1 << (coordinator.SilentSetups % 3));

    private TimeSpan OpenInNeed => _options.Tls is null ? s_openInNeed : s_openInNeedTls;

    private void Connect(Coordinator coordinator)
    {
        CqlConnection connection = new(
            _core, _connections, new ConnectionPurpose(coordinator.Host.EndPoint, coordinator.Version, IsControl: false), coordinator);
        coordinator.Connection = connection;
        coordinator.ConnectBegan = _core.Now;
        coordinator.ConnectUntil = _core.Now + _readyWithin;
        Health.ConnectBegan(coordinator.Id, _core.Now);
        HealthMayHaveMoved();
        _core.Defer(new DeferredCall(() =>
            connection.Attach(_transport.Connect(connection.Purpose.EndPoint, connection, _options.ConnectTimeout))));
    }

    private void Reread()
    {
        int up = 0;
        foreach (Coordinator coordinator in All)
        {
            coordinator.State = Health.State(coordinator.Id);
            coordinator.Weight = _options.Protection
                ? Health.Weight(coordinator.Id, _core.Now)
                : coordinator.HasRoom ? 1 : 0;
            coordinator.PeakEwma = Health.PeakEwma(coordinator.Id, _core.Now);
            up += coordinator.State == CoordinatorState.Up ? 1 : 0;
        }

        UpCount = up;
    }
}
