using System.Buffers;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Holdfast.Cassandra.Checks;
using Holdfast.Cassandra.Deletes;
using Holdfast.Cql;
using Holdfast.Cql.Health;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging;

namespace Holdfast.Cassandra;

/// <summary>
/// Sessions in a Cassandra cluster, in Kask's table and by Kask's statements: either may be run beside the other. What a
/// coordinator does wrong stays inside the client; what the cluster cannot serve is a result.
/// </summary>
public sealed class CassandraSessionStore : ISessionStore
{
    private static readonly Func<CqlResult, CancellationToken, WriteResult> s_ended = Ended;

    private readonly SessionStatements _statements;
    private readonly StrongReads _strong;
    private readonly CassandraStoreOptions _options;
    private readonly Func<CqlResult, CancellationToken, ReadResult> _found;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _checks;
    private readonly DeleteRepeater? _deletes;
    private readonly DeleteFlow? _fallingBack;

    /// <summary>Begins to connect and returns at once: with no cluster to be reached it keeps trying.</summary>
    /// <param name="options">Where sessions lie.</param>
    /// <param name="cluster">Which cluster; its keyspace and probe are set here.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where the log goes.</param>
    /// <param name="meters">Where metrics go; null for nowhere.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate or key cannot be read.</exception>
    public CassandraSessionStore(
        CassandraStoreOptions options, CqlClusterOptions cluster, TimeProvider time, ILoggerFactory loggers, IMeterFactory? meters)
        : this(options, cluster, time, loggers, meters, (client, statements) => new CqlCluster(client, statements, time, loggers, meters))
    {
    }

    /// <summary>The same on a client that the caller makes: a simulation's has a transport and a clock of its own.</summary>
    internal CassandraSessionStore(
        CassandraStoreOptions options, CqlClusterOptions cluster, TimeProvider time, ILoggerFactory loggers, IMeterFactory? meters,
        Func<CqlClusterOptions, IReadOnlyList<CqlStatement>, CqlCluster> connect)
    {
        _options = options;
        _found = Found;
        _time = time;
        _statements = new SessionStatements(options);
        Cluster = connect(cluster with { Keyspace = options.Keyspace, Probe = _statements.Get }, _statements.All);
        _strong = new StrongReads(Cluster, _statements, time);
        _logger = loggers.CreateLogger("Holdfast.Cassandra");
        if (options.DeadlineAsked is { } asked && asked > cluster.Deadline)
        {
            _logger.DeadlineShortened(asked.TotalMilliseconds, cluster.Deadline.TotalMilliseconds);
        }

        if (options.DeleteFallback && options.DeleteConsistency == ConsistencyLevel.EachQuorum)
        {
            _deletes = new DeleteRepeater(
                new DeleteQueueOptions { Folder = options.DeletesFolder }, RepeatAsync, time, _logger, meters);
            _fallingBack = new DeleteFlow(Cluster, _statements.Delete, _statements.DeleteHere, cluster.Deadline, time);
        }

        Cluster.Start();
        _checks = CheckAsync();
    }

    /// <summary>The client, for operators: its coordinators' states, draining.</summary>
    public CqlCluster Cluster { get; }

    /// <summary>Deletes that have yet to reach every data centre; null where none waits, because none falls back.</summary>
    internal DeleteRepeater? Deletes => _deletes;

    /// <inheritdoc/>
    public ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken)
    {
        SessionValues values = SessionValues.Of(key);
        return SessionAnswer<ReadResult>.Of(
            Cluster.ExecuteAsync(_statements.Get, values, null, cancellationToken), values, _found, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<WriteResult> SetAsync(
        SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken)
    {
        SessionValues values = SessionValues.Of(key, value, ttl);
        return SessionAnswer<WriteResult>.Of(
            Cluster.ExecuteAsync(_statements.Set, values, Cluster.NextTimestamp(), cancellationToken), values, s_ended, cancellationToken);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken)
    {
        long timestamp = Cluster.NextTimestamp();
        SessionValues values = SessionValues.Of(key);
        try
        {
            if (_fallingBack is not { } fallingBack)
            {
                return Ended(
                    await Cluster.ExecuteAsync(_statements.Delete, values, timestamp, cancellationToken).ConfigureAwait(false),
                    cancellationToken);
            }

            (CqlResult result, bool isPending) = await fallingBack.ExecuteAsync(values, timestamp, cancellationToken).ConfigureAwait(false);
            if (isPending)
            {
                DateTimeOffset until = _options.MaxTtl.IsNever
                    ? DateTimeOffset.MaxValue
                    : _time.GetUtcNow().AddSeconds(_options.MaxTtl.Seconds);
                _deletes?.Add(new PendingDelete(key.Utf8.ToArray(), timestamp, until));
            }

            return Ended(result, cancellationToken);
        }
        finally
        {
            values.Return();
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Cluster.CanServe
            ? StoreReadiness.Ready
            : StoreReadiness.NotReady($"no coordinator has proved that it reaches a quorum: {Cluster.DescribeUnreachable()}"));

    /// <summary>
    /// True when a read meets the replicas that acknowledged any write, by their levels: what it does not find is then not there.
    /// </summary>
    public bool ReadsMeetWrites => StrongReads.Meet(_options.GetConsistency, _options.SetConsistency);

    /// <summary>
    /// Reads a key again that a read did not find, although it should be there: at ALL, or at QUORUM while that cannot be had. Once each,
    /// half a second at most each.
    /// </summary>
    /// <returns>The answer, and how long ago the value was written, by the clocks that timestamps follow.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public ValueTask<(ReadResult Read, TimeSpan? Age)> ReadAgainAsync(SessionKey key, CancellationToken cancellationToken) =>
        _strong.ReadAsync(key, cancellationToken);

    /// <summary>
    /// The same sessions through each coordinator alone, by its address, except those that an operator drained: for whoever examines
    /// them. A request through one is made once, and is no evidence for the client's own judgement.
    /// </summary>
    public IReadOnlyList<(string Address, ISessionStore Sessions)> ThroughEach() =>
    [
        .. Cluster.Coordinators()
            .Where(coordinator => coordinator.State != CoordinatorState.Draining)
            .Select(coordinator => (coordinator.Address, (ISessionStore)new CoordinatorSessions(Cluster, _statements, coordinator.Host))),
    ];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _checks;
        if (_deletes is not null)
        {
            await _deletes.DisposeAsync();
        }

        await Cluster.DisposeAsync();
        _closing.Dispose();
    }

    /// <summary>Once, when the cluster is first reached: what would lose sessions later is told in one line each.</summary>
    private async Task CheckAsync()
    {
        try
        {
            ClusterFacts facts = await FactReader.ReadAsync(Cluster, _options, _time, _closing.Token).ConfigureAwait(false);
            IReadOnlyList<Finding> findings = StartChecks.Judge(facts, _options, _time.GetUtcNow());
            foreach (Finding finding in findings)
            {
                _logger.Found(finding.Check, finding.Text);
            }

            if (findings.Count == 0)
            {
                _logger.FoundNothing();
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The store is closing and was never reached, or only just.
        }
    }

    private async Task<bool> RepeatAsync(PendingDelete delete, CancellationToken cancellationToken)
    {
        SessionValues values = SessionValues.Of(new SessionKey(delete.Key));
        CqlResult result = await Cluster.ExecuteAsync(_statements.DeleteAgain, values, delete.Timestamp, cancellationToken)
            .ConfigureAwait(false);
        values.Return();
        result.Rows?.Dispose();
        return result.Outcome == CqlOutcome.Success;
    }

    /// <summary>The session in what the client answered a read with.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    private ReadResult Found(CqlResult result, CancellationToken cancellationToken)
    {
        if (result.Outcome != CqlOutcome.Success)
        {
            return ReadResult.Unavailable(Reason(result, cancellationToken));
        }

        CqlRows rows = result.Rows!;
        if (!rows.Read() || rows.IsNull(0))
        {
            rows.Dispose();
            return ReadResult.NotFound;
        }

        if (SessionRow.WriteTime(rows) is { } written)
        {
            Cluster.SawTimestamp(written);
        }

        return ReadResult.Found(RowLease.On(rows, SessionRow.Ttl(rows)));
    }

    private static WriteResult Ended(CqlResult result, CancellationToken cancellationToken)
    {
        result.Rows?.Dispose();
        return result.Outcome == CqlOutcome.Success
            ? WriteResult.Ok
            : WriteResult.Unavailable(Reason(result, cancellationToken));
    }

    /// <summary>Why it cannot be served; throws for what is a fault of ours, and for the caller's own wish.</summary>
    private static string Reason(in CqlResult result, CancellationToken cancellationToken)
    {
        if (result.Outcome == CqlOutcome.Cancelled)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        if (result.Outcome == CqlOutcome.Refused)
        {
            throw new InvalidOperationException($"The cluster refuses the statement: {result.Reason}");
        }

        return result.Reason ?? result.Outcome.ToString();
    }
}
