using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;

namespace Holdfast.Cql.Execution;

/// <summary>
/// Looks at every attempt that is out, every few milliseconds: whose time is up, and which one takes long enough for a second one
/// beside it. One sweep instead of a timer a request.
/// </summary>
internal sealed class AttemptWatch(
    CoreLock core, CoordinatorTable table, CoordinatorPicker picker, Executor executor, IExecutorListener listener)
{
    private readonly HedgePolicy _hedges = new();
    private readonly LatencyWindow _latency = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
    private TimeSpan _hedgeDelay = HedgePolicy.DelayMin;

    /// <summary>A new request: hedges are a share of them.</summary>
    public void Request() => _hedges.Request(core.Now);

    public void Answered(TimeSpan latency) => _latency.Add(latency, core.Now);

    /// <summary>When an attempt that is sent now should be hedged.</summary>
    public TimeSpan HedgeAt(Operation operation) =>
        operation.HasHedged || !operation.Statement.Patient ? TimeSpan.MaxValue : core.Now + _hedgeDelay;

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
            else if (now >= attempt.HedgeAt && attempt.Operation is { HasHedged: false } operation)
            {
                Hedge(attempt, operation);
            }
        }
    }

    private void Hedge(Attempt attempt, Operation operation)
    {
        TimeSpan now = core.Now;
        attempt.HedgeAt = now + HedgePolicy.DelayMin;
        if (operation.Plan.AttemptUntil(now) is { } until
            && _hedges.TryHedge(table.UpCount, clusterFails: executor.Waiting.DarkRanges > 0, now)
            && picker.Healthy(operation) is { } other)
        {
            operation.HasHedged = true;
            listener.Hedged(other);
            executor.TrySend(operation, other, until, isHedge: true);
        }
    }
}
