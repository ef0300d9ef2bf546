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
    private readonly LatencyWindow _latency = new(TimeSpan.FromSeconds(10));
    private TimeSpan _hedgeDelay = HedgePolicy.DelayMin;

    // What other data centres have to answer, deletes above all, is asked more seldom and always takes the time of the way there. While
    // that is not known, it is taken for as long as an attempt may take that is not overdue.
    private readonly LatencyWindow _latencyFar = new(TimeSpan.FromSeconds(60));
    private TimeSpan _hedgeDelayFar = s_overdue;

    /// <summary>A new request: hedges are a share of them.</summary>
    public void Request() => _hedges.Request(core.Now);

    /// <summary>Hedges that may still be sent now.</summary>
    public double HedgeBudgetLeft => _hedges.Remaining(core.Now);

    public void Answered(TimeSpan latency, ConsistencyLevel level) => (level.IsLocal() ? _latency : _latencyFar).Add(latency, core.Now);

    /// <summary>When an attempt that is sent now should be hedged: every one may be once, as far as the budgets go.</summary>
    public TimeSpan HedgeAt(CqlStatement statement) =>
        !statement.Hedged ? TimeSpan.MaxValue : core.Now + (statement.Consistency.IsLocal() ? _hedgeDelay : _hedgeDelayFar);

    /// <summary>About once a second.</summary>
    public void Measure()
    {
        _hedgeDelay = HedgePolicy.Delay(_latency.P95(core.Now));
        _hedgeDelayFar = _latencyFar.P95(core.Now) is { } usual ? HedgePolicy.Delay(usual) : s_overdue;
    }

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
        bool isHedge = _hedges.MayHedge(table.UpCount, clusterFails: executor.Waiting.IsAnyDark(attempt.Level), now);
        bool isRetry = !isHedge && now - attempt.Sent >= s_overdue && retries.HasRoom(now, leave: 0.5);
        if ((!isHedge && !isRetry) || operation.Plan.AttemptUntil(now) is not { } until || picker.Healthy(operation) is not { } other
            || !executor.TrySend(operation, other, until, isHedge: true))
        {
            return;
        }

        // Paid for once it is sent: what nobody can take costs nothing.
        attempt.HedgeAt = TimeSpan.MaxValue;
        listener.Hedged(other);
        if (isHedge)
        {
            _hedges.Hedged(now);
        }
        else
        {
            retries.Take(now);
        }
    }
}
