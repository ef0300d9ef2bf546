using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;

namespace Holdfast.Cql.Execution;

/// <summary>
/// Looks at every attempt that is out, every few milliseconds: whose time is up, and which one takes long enough for a second one
/// beside it. One sweep instead of a timer a request.
/// </summary>
internal sealed class AttemptWatch(
    CoreLock core, CoordinatorTable table, CoordinatorPicker picker, Executor executor, RetryBudget retries, IExecutorListener listener)
{
    /// <summary>
    /// An attempt that takes so long has all but failed: what may follow it then comes out of the budget of retries, also when that of
    /// hedges is spent, but for half of it, which is left to those whose attempts have failed. Where several coordinators hang at once, waiting 0.6 s for each would use up the deadline.
    /// </summary>
    private static readonly TimeSpan s_overdue = TimeSpan.FromMilliseconds(100);

    private readonly HedgePolicy _hedges = new();
    private readonly LatencyWindow _latency = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
    private TimeSpan _hedgeDelay = HedgePolicy.DelayMin;

    /// <summary>A new request: hedges are a share of them.</summary>
    public void Request() => _hedges.Request(core.Now);

    public void Answered(TimeSpan latency) => _latency.Add(latency, core.Now);

    /// <summary>When an attempt that is sent now should be hedged: every one may be once, as far as the budgets go.</summary>
    public TimeSpan HedgeAt(Operation operation) =>
        !operation.Statement.Patient ? TimeSpan.MaxValue : core.Now + _hedgeDelay;

    /// <summary>About once a second.</summary>
    public void Measure() => _hedgeDelay = HedgePolicy.Delay(_latency.P95(core.Now));

    public void Tick(AttemptTable attempts)
    {
        TimeSpan now = core.Now;
        for (int i = attempts.Count - 1; i >= 0; i--)
        {
            // What an attempt brings about may remove others.
            if (i >= attempts.Count)
            {
                continue;
            }

            Attempt attempt = attempts[i];
            if (now >= attempt.Until)
            {
                attempt.Connection.Abandon(attempt.Stream, attempt);
                executor.Failed(attempt, AttemptResult.AttemptTimeout, 0, 0, "no answer in time");
            }
            else if (now >= attempt.HedgeAt && attempt.Operation is { Hedge: null } operation)
            {
                Hedge(attempt, operation);
            }
        }
    }

    /// <summary>
    /// A dark range is served again, by this coordinator: who still hangs on another one need not wait for the end of that.
    /// </summary>
    public void RangeLit(AttemptTable attempts, ReplicaSetId set, ConsistencyLevel level, Coordinator by)
    {
        TimeSpan now = core.Now;
        for (int i = attempts.Count - 1; i >= 0; i--)
        {
            Attempt attempt = attempts[i];
            if (attempt.Operation is { Hedge: null } operation && attempt.Set == set && attempt.Level == level && attempt.Coordinator != by
                && by.HasRoom && operation.Plan.AttemptUntil(now) is { } until)
            {
                attempt.HedgeAt = TimeSpan.MaxValue;
                executor.TrySend(operation, by, until, isHedge: true);
            }
        }
    }

    private void Hedge(Attempt attempt, Operation operation)
    {
        TimeSpan now = core.Now;
        attempt.HedgeAt = now + HedgePolicy.DelayMin;
        if (operation.Plan.AttemptUntil(now) is { } until && MayFollow(attempt, now) && picker.Healthy(operation) is { } other)
        {
            attempt.HedgeAt = TimeSpan.MaxValue;
            listener.Hedged(other);
            executor.TrySend(operation, other, until, isHedge: true);
        }
    }

    private bool MayFollow(Attempt attempt, TimeSpan now) =>
        _hedges.TryHedge(table.UpCount, clusterFails: executor.Waiting.DarkRanges > 0, now)
        || (now - attempt.Sent >= s_overdue && retries.TryTake(now, leave: 0.5));
}
