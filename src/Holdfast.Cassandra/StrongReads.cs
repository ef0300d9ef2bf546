using Holdfast.Cql;
using Holdfast.Sessions;

namespace Holdfast.Cassandra;

/// <summary>
/// Reads at the strongest level that can be had: every replica of every data centre, and where one of them is away, a majority of
/// all of them. Beside the traffic: nothing of it is evidence, since replicas that are away fail every coordinator alike.
/// </summary>
internal sealed class StrongReads(CqlCluster cluster, SessionStatements statements, TimeProvider time)
{
    // While a replica is known to be away, nobody waits to hear it again.
    private static readonly TimeSpan s_awayFor = TimeSpan.FromSeconds(5);

    private long _awayUntil;

    /// <returns>The answer, and how long ago the value was written.</returns>
    public async ValueTask<(ReadResult Read, TimeSpan? Age)> ReadAsync(SessionKey key, CancellationToken cancellationToken)
    {
        if (time.GetTimestamp() >= Volatile.Read(ref _awayUntil))
        {
            CqlResult all = await ExecuteAsync(statements.GetFromAll, key, cancellationToken).ConfigureAwait(false);
            if (all.Outcome == CqlOutcome.Success)
            {
                return Read(all.Rows!);
            }

            Volatile.Write(ref _awayUntil, time.GetTimestamp() + (long)(s_awayFor.TotalSeconds * time.TimestampFrequency));
        }

        CqlResult most = await ExecuteAsync(statements.GetFromMost, key, cancellationToken).ConfigureAwait(false);
        return most.Outcome == CqlOutcome.Success
            ? Read(most.Rows!)
            : (ReadResult.Unavailable(most.Reason ?? most.Outcome.ToString()), null);
    }

    /// <summary>True where every read meets every write: what such a read does not find is not there.</summary>
    public static bool Meet(ConsistencyLevel read, ConsistencyLevel write) =>
        read == ConsistencyLevel.All || write == ConsistencyLevel.All
        || (read == ConsistencyLevel.LocalQuorum && write is ConsistencyLevel.LocalQuorum or ConsistencyLevel.EachQuorum)
        || (read == ConsistencyLevel.Quorum && write == ConsistencyLevel.Quorum);

    private async Task<CqlResult> ExecuteAsync(CqlStatement statement, SessionKey key, CancellationToken cancellationToken)
    {
        SessionValues values = SessionValues.Of(key);
        CqlResult result = await cluster.ExecuteThroughAsync(null, statement, values, null, cancellationToken).ConfigureAwait(false);
        values.Return();
        return result.Outcome == CqlOutcome.Cancelled ? throw new OperationCanceledException(cancellationToken) : result;
    }

    private (ReadResult Read, TimeSpan? Age) Read(CqlRows rows)
    {
        if (!rows.Read() || rows.IsNull(0))
        {
            rows.Dispose();
            return (ReadResult.NotFound, null);
        }

        TimeSpan? age = null;
        if (SessionRow.WriteTime(rows) is { } written)
        {
            cluster.SawTimestamp(written);
            DateTimeOffset now = time.GetUtcNow() + (cluster.ClockOffset ?? TimeSpan.Zero);
            age = (now - DateTimeOffset.UnixEpoch) - TimeSpan.FromMicroseconds(written);
        }

        return (ReadResult.Found(RowLease.On(rows, SessionRow.Ttl(rows))), age);
    }
}
