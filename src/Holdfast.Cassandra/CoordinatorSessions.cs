using System.Buffers;
using Holdfast.Cql;
using Holdfast.Sessions;

namespace Holdfast.Cassandra;

/// <summary>
/// The same sessions through one coordinator alone, at the same consistency levels and once each, for whoever examines
/// coordinators. Nothing of it is evidence for the client's own judgement.
/// </summary>
internal sealed class CoordinatorSessions(CqlCluster cluster, SessionStatements statements, HostId coordinator) : ISessionStore
{
    public async ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken)
    {
        CqlResult result = await ExecuteAsync(statements.Get, SessionValues.Of(key), null, cancellationToken).ConfigureAwait(false);
        if (result.Outcome != CqlOutcome.Success)
        {
            return ReadResult.Unavailable(ReasonOf(result));
        }

        CqlRows rows = result.Rows!;
        if (rows.Read() && !rows.IsNull(0))
        {
            return ReadResult.Found(RowLease.On(rows, SessionRow.Ttl(rows)));
        }

        rows.Dispose();
        return ReadResult.NotFound;
    }

    public async ValueTask<WriteResult> SetAsync(
        SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken) =>
        Ended(await ExecuteAsync(statements.Set, SessionValues.Of(key, value, ttl), cluster.NextTimestamp(), cancellationToken)
            .ConfigureAwait(false));

    /// <inheritdoc/>
    /// <remarks>As a user's: where a remote data centre is away and deletes fall back, the local one is enough.</remarks>
    public async ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken)
    {
        long timestamp = cluster.NextTimestamp();
        CqlResult result = await ExecuteAsync(statements.Delete, SessionValues.Of(key), timestamp, cancellationToken).ConfigureAwait(false);
        if (result.Outcome is CqlOutcome.Unavailable or CqlOutcome.DeadlineExceeded && !statements.Delete.Patient)
        {
            result = await ExecuteAsync(statements.DeleteHere, SessionValues.Of(key), timestamp, cancellationToken).ConfigureAwait(false);
        }

        return Ended(result);
    }

    public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => new(StoreReadiness.Ready);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<CqlResult> ExecuteAsync(
        CqlStatement statement, SessionValues values, long? timestamp, CancellationToken cancellationToken)
    {
        CqlResult result = await cluster.ExecuteThroughAsync(coordinator, statement, values, timestamp, cancellationToken).ConfigureAwait(false);
        values.Return();
        return result.Outcome == CqlOutcome.Cancelled ? throw new OperationCanceledException(cancellationToken) : result;
    }

    private static WriteResult Ended(in CqlResult result)
    {
        result.Rows?.Dispose();
        return result.Outcome == CqlOutcome.Success ? WriteResult.Ok : WriteResult.Unavailable(ReasonOf(result));
    }

    private static string ReasonOf(in CqlResult result) => result.Reason ?? result.Outcome.ToString();
}
