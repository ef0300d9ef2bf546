using System.Runtime.CompilerServices;
using Holdfast.Cql;

namespace Holdfast.Cassandra.Deletes;

/// <summary>
/// One delete as its user asks for it: everywhere, and where a data centre does not answer, here, to be repeated everywhere later. Both
/// within one deadline.
/// </summary>
/// <param name="cluster">The client.</param>
/// <param name="everywhere">At every data centre.</param>
/// <param name="here">At the local one.</param>
/// <param name="deadline">For both together.</param>
/// <param name="time">The clock.</param>
internal sealed class DeleteFlow(CqlCluster cluster, CqlStatement everywhere, CqlStatement here, TimeSpan deadline, TimeProvider time)
{
    // While a remote data centre is known to be away, deletes do not try it again sooner.
    private static readonly TimeSpan s_awayFor = TimeSpan.FromSeconds(1);

    // What every data centre gets of the deadline: the other half belongs to this one, which is what users wait for.
    private readonly TimeSpan _everywhereWithin = deadline / 2;
    private long _remoteAwayUntil;

    /// <returns>What came of it, and whether it still has to reach every data centre.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(CqlResult Result, bool IsPending)> ExecuteAsync(ICqlValues values, long timestamp, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        if (began >= Volatile.Read(ref _remoteAwayUntil))
        {
            CqlResult result = await cluster.ExecuteAsync(everywhere, values, timestamp, _everywhereWithin, cancellationToken).ConfigureAwait(false);
            if (result.Outcome is CqlOutcome.Success or CqlOutcome.Cancelled or CqlOutcome.Refused)
            {
                return (result, false);
            }

            Volatile.Write(ref _remoteAwayUntil, time.GetTimestamp() + (long)(s_awayFor.TotalSeconds * time.TimestampFrequency));
        }

        TimeSpan left = deadline - time.GetElapsedTime(began);
        CqlResult local = await cluster.ExecuteAsync(here, values, timestamp, left, cancellationToken).ConfigureAwait(false);
        return (local, local.Outcome == CqlOutcome.Success);
    }
}
