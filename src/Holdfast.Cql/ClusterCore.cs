using System.Net;
using Holdfast.Cql.Connections;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Execution;
using Holdfast.Cql.Health;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Routing;
using Holdfast.Cql.Telemetry;
using Holdfast.Cql.Topology;
using Holdfast.Cql.Transport;
using Microsoft.Extensions.Logging;

namespace Holdfast.Cql;

/// <summary>
/// The synchronous whole: topology, coordinators, probes and requests, wired to one another, driven by whoever ticks it. A
/// simulation runs this class as it is, on a transport in memory and a clock of its own.
/// </summary>
internal sealed class ClusterCore : ICoordinatorListener, IExecutorListener, IControlListener
{
    private static readonly TimeSpan s_maintainEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_measureEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_clockWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_complainEvery = TimeSpan.FromSeconds(30);

    private readonly CqlClusterOptions _options;
    private readonly HostTable _hosts = new();
    private readonly ControlLink _control;
    private readonly ProbeRounds? _probes;
    private readonly ClockSamples _clocks;
    private readonly ILogger _logger;
    private readonly OutOfService _outOfService;
    private IReadOnlyList<IPEndPoint> _contactPoints = [];
    private TimeSpan _maintainAt;
    private TimeSpan _measureAt;
    private TimeSpan _clockWaitUntil = TimeSpan.MaxValue;
    private TimeSpan _complainAt = TimeSpan.FromSeconds(3);
    private string? _localDataCenter;
    private bool _askedSecond;
    private bool _darkTold;
    private ProtocolVersion _version;

    public ClusterCore(
        CqlClusterOptions options, IReadOnlyList<CqlStatement> statements, TimeProvider time, ITransport transport, Random random,
        ILogger logger)
    {
        _options = options;
        _logger = logger;
        _localDataCenter = options.LocalDataCenter;
        Lock = new CoreLock(time);
        Telemetry = new ClusterTelemetry(Lock, statements, logger);
        ConnectionOptions connections = new()
        {
            Statements = statements,
            ReuseOrphans = (options.Health.Without & Safeguards.OrphanedStreams) != 0,
            Heartbeats = (options.Health.Without & Safeguards.Heartbeats) == 0,
            Username = options.Username,
            Password = options.Password,
            InFlightMax = options.InFlightMax,
            OutputBytesMax = options.OutputBytesMax,
            EnvelopeBytesMax = options.EnvelopeBytesMax,
        };
        Table = new CoordinatorTable(Lock, options, connections, transport, random, this);
        _outOfService = new OutOfService(Table);
        _control = new ControlLink(Lock, options, connections, transport, this);
        Executor = new Executor(Lock, options, Table, random, this);
        Direct = new DirectRequests(Lock, options, Table);
        Timestamps = new TimestampSource(time);
        _clocks = new ClockSamples(Lock, Table, time, ClockOffset, Timestamps, Has(Safeguards.ClockCorrection));
        if (options is { Protection: true, Probe: { } probe })
        {
            int number = statements.ToList().IndexOf(probe);
            ArgumentOutOfRangeException.ThrowIfNegative(number, nameof(statements));
            _probes = new ProbeRounds(Lock, options, number, Table, random, this);
        }
        else if (!options.Protection)
        {
            logger.Unprotected();
        }
    }

    public CoreLock Lock { get; }

    /// <summary>Quorum probes since the start.</summary>
    public long ProbesSent => _probes?.Sent ?? 0;

    public CoordinatorTable Table { get; }

    public Executor Executor { get; }

    /// <summary>Statements through one given coordinator, beside the traffic.</summary>
    public DirectRequests Direct { get; }

    public ClusterTelemetry Telemetry { get; }

    /// <summary>How far the coordinators' clocks are from ours.</summary>
    public ClockOffset ClockOffset { get; } = new();

    public TimestampSource Timestamps { get; }

    public ControlLink Control => _control;

    public IReadOnlyCollection<HostInfo> Hosts => _hosts.Hosts;

    /// <summary>Null until some node has told it.</summary>
    public ClusterTopology? Topology => _hosts.Hosts.Count == 0
        ? null
        : new([.. _hosts.Hosts.Select(host => host.DataCenter).Distinct().Order(StringComparer.Ordinal)], _hosts.Hosts.Count, _hosts.Replication);

    public string? LocalDataCenter => _localDataCenter;

    /// <summary>Set by the shell: contact points should be looked up anew.</summary>
    public Action? LookUp { get; set; }

    /// <summary>
    /// True once some coordinator has proved a quorum, while not everything is dark; what other data centres cannot do is no reason. The coordinators' time is waited for, a
    /// little: what is written before it is known may lose to what another instance wrote earlier.
    /// </summary>
    public bool CanServe => Table.Ring.ReplicaSets > 0
        && Executor.Waiting.DarkRangesAt(ConsistencyLevel.LocalQuorum) < Table.Ring.ReplicaSets
        && (_options.Protection ? Table.UpCount > 0 : Table.All.Any(coordinator => coordinator.HasRoom))
        && (ClockOffset.WasExact || Lock.Now >= _clockWaitUntil);

    /// <summary>The addresses of the contact points are known, or known anew.</summary>
    public void SetContactPoints(IReadOnlyList<IPEndPoint> endPoints) => _contactPoints = endPoints;

    public void Unresolved(string name, string reason) => _outOfService.Add(name, reason);

    /// <summary>Every few milliseconds, under no lock.</summary>
    public void Tick()
    {
        Lock.Enter();
        try
        {
            TimeSpan now = Lock.Now;
            Executor.Tick();
            Direct.Tick();
            _probes?.Tick();
            if (now >= _maintainAt)
            {
                _maintainAt = now + s_maintainEvery;
                _control.Maintain();
                Table.Maintain(need: Executor.Waiting.DarkRanges > 0 && Has(Safeguards.ReconnectInNeed));
                _clocks.Maintain();
            }

            if (now >= _measureAt)
            {
                _measureAt = now + s_measureEvery;
                Table.CompareLatencies();
                Table.HealthMayHaveMoved();
                Executor.Measure();
                Telemetry.Latency.HandLater();
                AskSecond();
                if (_hosts.Replication is null && Table.All.Any(coordinator => coordinator.HasRoom))
                {
                    // Statements could be prepared: the keyspace is there now.
                    _control.ReadSoon();
                }

                Complain(now);
            }
        }
        finally
        {
            Lock.Exit();
        }
    }

    public void Close()
    {
        _control.Close();
        Direct.Close();
        Executor.Close();
        Table.Close();
    }

    /// <summary>For a person: what was tried in vain, and why.</summary>
    public string DescribeUnreachable() => _outOfService.Describe();

    IReadOnlyList<IPEndPoint> IControlListener.Candidates()
    {
        IEnumerable<IPEndPoint> known = Table.All
            .OrderBy(coordinator => coordinator.State == CoordinatorState.Up ? 0 : 1)
            .Select(coordinator => coordinator.Host.EndPoint);
        IEnumerable<IPEndPoint> remote = _hosts.Hosts.Select(host => host.EndPoint);
        return [.. known.Concat(_contactPoints).Concat(remote).Distinct()];
    }

    void IControlListener.Learned(TopologyView view, ProtocolVersion version)
    {
        _outOfService.Forget();
        _version = version;
        Take(view);
    }

    void IControlListener.Hinted(IPEndPoint endPoint, bool up) => Table.Hint(endPoint, up);

    void IControlListener.Unreachable(IPEndPoint endPoint, string reason) => _outOfService.Add(endPoint.ToString(), reason);

    void IControlListener.Exhausted()
    {
        if (LookUp is { } lookUp)
        {
            Lock.Defer(new DeferredCall(lookUp));
        }
    }

    void ICoordinatorListener.Moved(Coordinator? coordinator, in HealthTransition transition) =>
        Telemetry.Moved(coordinator, transition, NameOf);

    void ICoordinatorListener.Troubled(Coordinator coordinator, string reason, bool again)
    {
        string host = coordinator.Id.ToString();
        string address = ClusterTelemetry.Name(coordinator);
        Telemetry.Log(again ? () => _logger.StillTroubled(host, address, reason) : () => _logger.Troubled(host, address, reason));
    }

    void ICoordinatorListener.RangeServed(ReplicaSetId set, ConsistencyLevel level, Coordinator by) => Executor.RangeServed(set, level, by);

    void ICoordinatorListener.Probed(Coordinator coordinator, bool passed, TimeSpan latency)
    {
        Telemetry.Probed(coordinator, passed, latency);
    }

    void ICoordinatorListener.Displaced(Coordinator coordinator, HostId answeredBy)
    {
        string address = ClusterTelemetry.Name(coordinator);
        string expected = coordinator.Id.ToString();
        string found = answeredBy.ToString();
        Telemetry.Log(() => _logger.Displaced(address, expected, found));
        IPEndPoint endPoint = coordinator.Host.EndPoint;
        if (_hosts.Displaced(coordinator.Id, Lock.Now))
        {
            Rebuild(first: false);
        }

        _control.TryAt(endPoint);
    }

    void ICoordinatorListener.RingChanged() => Executor.RingChanged();

    void IExecutorListener.Attempted(Attempt attempt, AttemptResult result)
    {
        attempt.Coordinator.Count(result, attempt.IsLastResort);
        if (result != AttemptResult.Success && attempt.Operation is { } operation && _logger.IsEnabled(LogLevel.Debug))
        {
            string address = ClusterTelemetry.Name(attempt.Coordinator);
            string level = attempt.Level.ToString();
            string outcome = result.ToString();
            string? caller = operation.Values.Caller;
            string? trace = operation.Caller?.TraceId.ToString();
            Telemetry.Log(() => _logger.AttemptFailed(address, outcome, level, caller, trace));
        }
    }

    void IExecutorListener.Contradicted(Coordinator coordinator, in Contradiction contradiction)
    {
        coordinator.LastContradiction = (contradiction, Lock.Now);
        Telemetry.Contradicted(coordinator, contradiction);
    }

    void IExecutorListener.Retried() => Telemetry.Retried();

    void IExecutorListener.Hedged(Coordinator coordinator) => Telemetry.Hedged();

    void IExecutorListener.BudgetEmpty() => Telemetry.BudgetEmpty();

    void IExecutorListener.RangeDark(Operation operation, string said, int dark)
    {
        // Said once: the ranges of one failure go dark one after another. With no ring yet, nobody is reached: said elsewhere.
        int ranges = Table.Ring.ReplicaSets;
        if (dark == 1 && ranges > 0)
        {
            _darkTold = true;
            string level = operation.Statement.Consistency.ToString();
            string? caller = operation.Values.Caller;
            string? trace = operation.Caller?.TraceId.ToString();
            Telemetry.Log(() => _logger.RangeDark(level, dark, ranges, said, caller, trace));
        }
    }

    void IExecutorListener.RangeLit(ReplicaSetId set, ConsistencyLevel level, int dark)
    {
        if (dark == 0 && _darkTold)
        {
            _darkTold = false;
            Telemetry.Log(() => _logger.AllLit(level.ToString()));
        }
    }

    void IExecutorListener.RangeForgotten(ConsistencyLevel level, int dark)
    {
        if (dark == 0 && _darkTold)
        {
            _darkTold = false;
            Telemetry.Log(() => _logger.RangeForgotten(level.ToString(), RangeOutages<Operation>.ForgetAfter.TotalSeconds));
        }
    }

    void IExecutorListener.Ended(Operation operation, CqlOutcome outcome, TimeSpan took) =>
        Telemetry.Ended(operation.StatementNumber, outcome, took);

    private bool Has(Safeguards safeguard) => (_options.Health.Without & safeguard) == 0;

    private void Take(TopologyView view)
    {
        bool proven = Table.Health.State(view.Self.Id) == CoordinatorState.Up;
        if (!Has(Safeguards.SecondOpinion))
        {
            _hosts.ForgetAllBut(view);
        }

        bool first = Table.All.Length == 0;
        if (_localDataCenter is null)
        {
            _localDataCenter = view.Self.DataCenter;
            string guess = _localDataCenter;
            Telemetry.Log(() => _logger.LocalDataCenterGuessed(guess));
        }

        if (_hosts.Apply(view, proven, Lock.Now, Table.UpCount > 0))
        {
            Rebuild(first);
            if (first)
            {
                _clockWaitUntil = Lock.Now + s_clockWait;
            }
        }

        _askedSecond &= _hosts.NeedsSecondOpinion;
    }

    private void Rebuild(bool first)
    {
        string local = _localDataCenter!;
        List<HostInfo> members = [.. _hosts.Hosts.Where(host => host.DataCenter == local)];
        if (members.Count == 0)
        {
            string others = string.Join(", ", _hosts.Hosts.Select(host => host.DataCenter).Distinct().Order(StringComparer.Ordinal).Take(OutOfService.ToldMax));
            if (_outOfService.NoHostIn(local, others))
            {
                Telemetry.Log(() => _logger.LocalDataCenterEmpty(local, others));
            }

            return;
        }

        _outOfService.HostsFound();
        TokenRing ring = LocalRing.Of(members, local, _hosts.Replication);
        Table.Apply(Subset.Of(members, _options.CoordinatorsMax, _options.Instance), ring, _version, first);
        Telemetry.Keep(Table.All);
        int hosts = _hosts.Hosts.Count;
        int coordinators = Table.All.Length;
        Telemetry.Log(() => _logger.Topology(hosts, coordinators, local, ring.ReplicaSets));
    }

    /// <summary>A host that one proven node does not know is asked about at another.</summary>
    private void AskSecond()
    {
        if (!_hosts.NeedsSecondOpinion || _askedSecond)
        {
            return;
        }

        foreach (Coordinator coordinator in Table.All)
        {
            if (coordinator.State == CoordinatorState.Up && coordinator.Connection is { HasRoom: true } connection
                && connection.Purpose.EndPoint.ToString() != _control.Connection?.Purpose.EndPoint.ToString())
            {
                _askedSecond = true;
                TopologyReading.Begin(connection, _options.Keyspace, _options.Port, (view, _) =>
                {
                    _askedSecond = false;
                    if (view is not null)
                    {
                        Take(view);
                    }
                });
                return;
            }
        }
    }

    private void Complain(TimeSpan now)
    {
        if (Table.UpCount == 0 && now >= _complainAt && _outOfService.IsKnown && _options.Protection)
        {
            _complainAt = now + s_complainEvery;
            string tried = DescribeUnreachable();
            Telemetry.Log(() => _logger.Unreachable(tried));
        }
    }

    private string NameOf(HostId id) => Table.Find(id) is { } coordinator ? ClusterTelemetry.Name(coordinator) : id.ToString();
}
