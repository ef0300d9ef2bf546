namespace Holdfast.Cql.Health;

/// <summary>
/// What would eject a coordinator, were it not for the guard: each trigger counts, and says with what evidence its measure is full.
/// </summary>
internal sealed class EjectionTriggers(HealthOptions options)
{
    /// <summary>It said itself that it has not joined the ring.</summary>
    public (TransitionReason Reason, Evidence Evidence)? Bootstrapping(ConsistencyLevel level, ReplicaSetId set) =>
        Has(Safeguards.Bootstrapping)
            ? (TransitionReason.Bootstrapping, new Evidence(level, set, 0, 0, null, 1, TimeSpan.Zero))
            : null;

    /// <summary>One more failure in a row that only the coordinator can be blamed for.</summary>
    public (TransitionReason Reason, Evidence Evidence)? Attributable(CoordinatorHealth coordinator, ConsistencyLevel level, ReplicaSetId set) =>
        ++coordinator.AttributableInARow >= options.AttributableFailures && Has(Safeguards.AttributableFailures)
            ? (TransitionReason.AttributableFailures, new Evidence(level, set, 0, 0, null, coordinator.AttributableInARow, TimeSpan.Zero))
            : null;

    /// <summary>One more probe that failed and whose key passed through another coordinator.</summary>
    public (TransitionReason Reason, Evidence Evidence)? ProbeContradicted(CoordinatorHealth coordinator, ReplicaSetId set, HostId by) =>
        ++coordinator.ContradictedProbes >= options.ContradictedProbes && Has(Safeguards.ContradictedProbes)
            ? (TransitionReason.ProbeContradicted, new Evidence(ConsistencyLevel.LocalQuorum, set, 0, 0, by, coordinator.ContradictedProbes, TimeSpan.Zero))
            : null;

    /// <summary>One more request that another coordinator then served: few of some kinds suffice, or a large share of any.</summary>
    public (TransitionReason Reason, Evidence Evidence)? Contradicted(
        CoordinatorHealth coordinator, in Contradiction contradiction, IEnumerable<CoordinatorHealth> all, TimeSpan now)
    {
        (TransitionReason Reason, Evidence Evidence)? few = contradiction.Kind switch
        {
            FailureKind.Unavailable when Has(Safeguards.ContradictedUnavailables) => Count(
                coordinator.Unavailables, options.ContradictedUnavailables, TransitionReason.ContradictedUnavailable, contradiction, now),
            FailureKind.AttemptTimeout when Has(Safeguards.ContradictedTimeouts) => Timeouts(coordinator.Timeouts, contradiction, now),
            _ => null,
        };
        return few ?? Share(coordinator, contradiction, all, now);
    }

    private static (TransitionReason Reason, Evidence Evidence)? Count(
        EventWindow window, int threshold, TransitionReason reason, in Contradiction c, TimeSpan now)
    {
        window.Add(now);
        int count = window.Count(now);
        return count >= threshold ? (reason, Of(c, count, window.Window)) : null;
    }

    /// <summary>A few timeouts, when they are much of what it was asked meanwhile.</summary>
    private (TransitionReason Reason, Evidence Evidence)? Timeouts(TimeoutWindow window, in Contradiction c, TimeSpan now)
    {
        window.TimedOut(c.ReplicaSet, c.Sent, now);
        (int timeouts, int served) = window.Read(now);
        return timeouts >= options.ContradictedTimeouts && timeouts >= (timeouts + served) * options.TimeoutShare
            ? (TransitionReason.ContradictedTimeout, Of(c, timeouts, window.Window))
            : null;
    }

    private (TransitionReason Reason, Evidence Evidence)? Share(
        CoordinatorHealth coordinator, in Contradiction contradiction, IEnumerable<CoordinatorHealth> all, TimeSpan now)
    {
        (int requests, int contradicted) = coordinator.Share.Read(now);
        if (coordinator.State != CoordinatorState.Up || requests < options.ShareRequests
            || contradicted < requests * options.Share || !Has(Safeguards.ContradictedShare))
        {
            return null;
        }

        return Comparison.WithOthers(coordinator, all, c => c.Share.Ratio(now)) is { } others && others <= options.ShareOfOthers
            ? (TransitionReason.ContradictedShare, Of(contradiction, contradicted, options.ShareWindow))
            : null;
    }

    private bool Has(Safeguards safeguard) => (options.Without & safeguard) == 0;

    private static Evidence Of(in Contradiction c, int count, TimeSpan within) =>
        new(c.Level, c.ReplicaSet, c.Required, c.Alive, c.By, count, within);
}
