using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Holdfast.Cql.Core;
using Holdfast.Cql.Execution;
using Holdfast.Cql.Routing;
using Holdfast.Cql.Telemetry;
using Holdfast.Cql.Transport;
using Microsoft.Extensions.Logging;

namespace Holdfast.Cql;

/// <summary>
/// A cluster to send statements to. It finds the hosts, keeps connections to the coordinators of the local data centre, and
/// sends every request to one that serves: a sick one is noticed, left, probed, and taken back when it has proved itself.
/// </summary>
/// <remarks>One for a process; all members may be called concurrently.</remarks>
public sealed class CqlCluster : IAsyncDisposable
{
    /// <summary>The name of the spans' source: one span an attempt, for requests whose caller's span is recorded.</summary>
    public const string ActivitySourceName = "Holdfast.Cql";

    // Deadlines and hedges are looked at this often: the shortest hedge delay is 5 ms.
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(5);

    private readonly CqlClusterOptions _options;
    private readonly CqlStatement[] _statements;
    private readonly OperationPool _pool;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private IAsyncDisposable? _ticking;
    private Task _lookUp = Task.CompletedTask;

    /// <summary>Prepares everything and connects to nobody yet.</summary>
    /// <param name="options">Which cluster, and every limit.</param>
    /// <param name="statements">All statements that will ever be executed; each is prepared on every coordinator.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where the log goes.</param>
    /// <param name="meters">Where metrics go; null for nowhere.</param>
    public CqlCluster(
        CqlClusterOptions options, IReadOnlyList<CqlStatement> statements, TimeProvider time, ILoggerFactory loggers,
        IMeterFactory? meters)
        : this(
            options, statements, time, loggers, meters, new SocketTransport(options.Tls, time),
            new Random(System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue)))
    {
    }

    internal CqlCluster(
        CqlClusterOptions options, IReadOnlyList<CqlStatement> statements, TimeProvider time, ILoggerFactory loggers,
        IMeterFactory? meters, ITransport transport, Random random)
    {
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger("Holdfast.Cql");
        _pool = new OperationPool(options.CompleteInline);
        _statements = [.. statements];
        Core = new ClusterCore(options, statements, time, transport, random, _logger) { LookUp = LookUpSoon };
        if (meters is not null)
        {
            ClusterMeter.Create(meters, Core);
        }
    }

    /// <summary>True once some coordinator has proved that it reaches a quorum.</summary>
    public bool CanServe => Read(core => core.CanServe);

    /// <summary>The data centre whose hosts are coordinators; null until it is known.</summary>
    public string? LocalDataCenter => Read(core => core.LocalDataCenter);

    /// <summary>The cluster as its nodes tell it; null until one has.</summary>
    public ClusterTopology? Topology => Read(core => core.Topology);

    /// <summary>How far the coordinators' clocks are ahead of this process's, their median; null until they have told.</summary>
    public TimeSpan? ClockOffset => Read(core => core.ClockOffset.Median);

    /// <summary>How far <see cref="ClockOffset"/> may be off: half of the shortest time that an answer about the time took. Null until it is known.</summary>
    public TimeSpan? ClockUncertainty => Read(core => core.ClockOffset.Median is null ? (TimeSpan?)null : core.ClockOffset.Uncertainty);

    internal ClusterCore Core { get; }

    /// <summary>Begins to connect and returns at once; keeps trying until it is disposed of.</summary>
    public void Start()
    {
        LookUpSoon();
        _ticking = _time == TimeProvider.System
            ? new TickThread(s_tick, Core.Tick)
            : _time.CreateTimer(static state => ((ClusterCore)state!).Tick(), Core, s_tick, s_tick);
    }

    /// <summary>For a person: the hosts that were tried, and why each could not be used.</summary>
    public string DescribeUnreachable() => Read(core => core.DescribeUnreachable());

    /// <summary>A timestamp for a new write or delete: microseconds since 1970, never going back in this process.</summary>
    public long NextTimestamp() => Core.Timestamps.Next();

    /// <summary>A read returned a value with this write time: later writes of this process are later than it.</summary>
    public void SawTimestamp(long writeTime) => Core.Timestamps.Saw(writeTime);

    /// <summary>
    /// Executes a prepared statement through whichever coordinator serves it, within its deadline. Never throws for what the
    /// cluster does: that is the result's outcome.
    /// </summary>
    /// <param name="statement">One of those given at construction.</param>
    /// <param name="values">Its values, unchanged until the task has completed.</param>
    /// <param name="timestamp">For a write: its one timestamp, for all attempts. Null leaves it to the coordinator.</param>
    /// <param name="cancellationToken">Gives up; the outcome is then <see cref="CqlOutcome.Cancelled"/>.</param>
    /// <exception cref="ArgumentException">The statement is not one of those given at construction.</exception>
    public ValueTask<CqlResult> ExecuteAsync(
        CqlStatement statement, ICqlValues values, long? timestamp, CancellationToken cancellationToken) =>
        ExecuteAsync(statement, values, timestamp, null, cancellationToken);

    /// <summary>The same within what is left of a deadline that the caller has for something longer.</summary>
    /// <param name="statement">One of those given at construction.</param>
    /// <param name="values">Its values, unchanged until the task has completed.</param>
    /// <param name="timestamp">For a write: its one timestamp, for all attempts. Null leaves it to the coordinator.</param>
    /// <param name="within">How long it may take; null, or more than the cluster's or the statement's deadline: that one.</param>
    /// <param name="cancellationToken">Gives up; the outcome is then <see cref="CqlOutcome.Cancelled"/>.</param>
    /// <exception cref="ArgumentException">The statement is not one of those given at construction.</exception>
    public ValueTask<CqlResult> ExecuteAsync(
        CqlStatement statement, ICqlValues values, long? timestamp, TimeSpan? within, CancellationToken cancellationToken)
    {
        int number = NumberOf(statement);
        if (cancellationToken.IsCancellationRequested)
        {
            // Nothing is sent: a write that was given up before it was asked for shall not happen.
            return ValueTask.FromResult(new CqlResult(CqlOutcome.Cancelled, null, "the caller gave up"));
        }

        Operation operation = _pool.Rent();
        operation.Begin(statement, number, values, Murmur3Token.Of(values.PartitionKey), timestamp, within);
        operation.Caller = AttemptSpans.Caller();
        Core.Lock.Enter();
        try
        {
            Core.Executor.Begin(operation);
        }
        finally
        {
            Core.Lock.Exit();
        }

        if (cancellationToken.CanBeCanceled)
        {
            operation.Watch(Core.Executor, cancellationToken);
        }

        return new ValueTask<CqlResult>(operation, operation.Version);
    }

    /// <summary>
    /// Executes a prepared statement through one coordinator, once: no retry, no hedge, no other coordinator. What comes of it is not
    /// evidence about that coordinator and does not change where traffic goes.
    /// </summary>
    /// <param name="coordinator">Which one, in whatever state; null takes one in service, a replica of the key where there is one.</param>
    /// <param name="statement">One of those given at construction.</param>
    /// <param name="values">Its values, unchanged until the task has completed.</param>
    /// <param name="timestamp">For a write: its timestamp. Null leaves it to the coordinator.</param>
    /// <param name="cancellationToken">Gives up; the outcome is then <see cref="CqlOutcome.Cancelled"/>.</param>
    /// <exception cref="ArgumentException">The statement is not one of those given at construction.</exception>
    public async Task<CqlResult> ExecuteThroughAsync(
        HostId? coordinator, CqlStatement statement, ICqlValues values, long? timestamp, CancellationToken cancellationToken)
    {
        int number = NumberOf(statement);
        if (cancellationToken.IsCancellationRequested)
        {
            return new CqlResult(CqlOutcome.Cancelled, null, "the caller gave up");
        }

        DirectRequest? request = Read(core =>
            (coordinator is { } id ? core.Table.Find(id) : core.Direct.Pick(Murmur3Token.Of(values.PartitionKey))) is { } chosen
                ? core.Direct.Begin(chosen, statement, number, values, timestamp)
                : null);
        if (request is null)
        {
            return new CqlResult(CqlOutcome.Unavailable, null, coordinator is null ? "no coordinator is in service" : "not a coordinator any more");
        }

        using CancellationTokenRegistration giveUp = cancellationToken.UnsafeRegister(_ => Read(_ =>
        {
            request.GiveUp(CqlOutcome.Cancelled, "the caller gave up");
            return true;
        }), null);
        return await request.Done.ConfigureAwait(false);
    }

    /// <summary>Runs a statement without values over the control connection: schema changes and system tables.</summary>
    /// <param name="cql">The text.</param>
    /// <param name="level">Its consistency level.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its rows, empty where it has none; dispose of them with success.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<CqlResult> QueryAsync(string cql, ConsistencyLevel level, CancellationToken cancellationToken) =>
        AdHocQuery.RunAsync(Core, cql, level, _time, _options.CompleteInline, cancellationToken);

    /// <summary>Takes a coordinator out of service, for maintenance, until it is given back; false when it is not known.</summary>
    /// <param name="address">Its address, with or without its port.</param>
    public bool Drain(string address) => Act(address, (core, id) => core.Table.Health.Drain(id, core.Lock.Now));

    /// <summary>Gives a drained coordinator back: it takes traffic once it has proved itself.</summary>
    /// <param name="address">Its address, with or without its port.</param>
    public bool Undrain(string address) => Act(address, (core, id) =>
        core.Table.Health.Undrain(id, core.Table.Find(id)?.Connection is { IsReady: true }, core.Lock.Now));

    /// <summary>True decides and reports everything about coordinators and acts on nothing; may be switched at any time.</summary>
    public bool Observe
    {
        get => Read(core => core.Table.Health.Observe);
        set => Read(core => core.Table.Health.Observe = value);
    }

    /// <summary>How long requests took so far; empty before the first.</summary>
    public IReadOnlyList<CqlDurationSeries> Durations() => Read(core => core.Telemetry.Latency.Read());

    /// <summary>What is known of every coordinator now.</summary>
    public IReadOnlyList<CoordinatorStatus> Coordinators() => Read(core =>
        (IReadOnlyList<CoordinatorStatus>)[.. core.Table.All.Select(coordinator => CoordinatorStatus.Of(coordinator, core.Lock.Now))]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ticking is not null)
        {
            await _ticking.DisposeAsync();
        }

        await _closing.CancelAsync();
        Read(core =>
        {
            core.Close();
            return true;
        });
        await _lookUp;
        _closing.Dispose();
    }

    /// <summary>A handful of statements is looked through faster than hashed.</summary>
    private int NumberOf(CqlStatement statement)
    {
        int number = Array.IndexOf(_statements, statement);
        return number >= 0 ? number : throw new ArgumentException("Not a statement of this cluster.", nameof(statement));
    }

    private T Read<T>(Func<ClusterCore, T> read)
    {
        Core.Lock.Enter();
        try
        {
            return read(Core);
        }
        finally
        {
            Core.Lock.Exit();
        }
    }

    private bool Act(string address, Action<ClusterCore, HostId> act) => Read(core =>
    {
        Coordinators.Coordinator? found = core.Table.All.FirstOrDefault(coordinator =>
            coordinator.Host.EndPoint.ToString() == address || coordinator.Host.EndPoint.Address.ToString() == address);
        if (found is null)
        {
            return false;
        }

        act(core, found.Id);
        core.Table.HealthMayHaveMoved();
        return true;
    });

    private void LookUpSoon()
    {
        if (_lookUp.IsCompleted && !_closing.IsCancellationRequested)
        {
            _lookUp = LookUpAsync();
        }
    }

    private async Task LookUpAsync()
    {
        List<IPEndPoint> found = [];
        foreach (string name in _options.ContactPoints)
        {
            if (IPEndPoint.TryParse(name, out IPEndPoint? literal))
            {
                found.Add(literal.Port == 0 ? new IPEndPoint(literal.Address, _options.Port) : literal);
                continue;
            }

            try
            {
                foreach (IPAddress address in await Dns.GetHostAddressesAsync(name, _closing.Token))
                {
                    found.Add(new IPEndPoint(address, _options.Port));
                }
            }
            catch (SocketException failure)
            {
                _logger.ContactPointUnknown(name, failure.Message);
                Read(core =>
                {
                    core.Unresolved(name, failure.Message);
                    return true;
                });
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
        }

        Read(core =>
        {
            core.SetContactPoints(found);
            return true;
        });
    }
}
