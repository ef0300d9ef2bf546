namespace Holdfast.Cql.Execution;

/// <summary>
/// When a second attempt is worth sending while the first is still out: after the usual slowest twentieth of requests
/// (J. Dean, L. A. Barroso, "The Tail at Scale", CACM 2013), once an attempt, and for at most a twentieth of the requests.
/// </summary>
internal sealed class HedgePolicy
{
    /// <summary>Never sooner than this: below it, waiting costs nobody anything.</summary>
    public static readonly TimeSpan DelayMin = TimeSpan.FromMilliseconds(5);

    private readonly RetryBudget _budget = new(share: 0.05, perSecond: 1, TimeSpan.FromSeconds(10));

    public void Request(TimeSpan now) => _budget.Request(now);

    /// <summary>How long to wait for the first attempt before hedging.</summary>
    public static TimeSpan Delay(TimeSpan? p95) => p95 is { } slow && slow > DelayMin ? slow : DelayMin;

    /// <summary>True when a hedge may be sent now. Whether somebody can take it is not known yet: it is counted by <see cref="Hedged"/>.</summary>
    /// <param name="coordinatorsUp">How many could take it.</param>
    /// <param name="clusterFails">True while nobody can serve: more load would not help.</param>
    /// <param name="now">The present moment.</param>
    public bool MayHedge(int coordinatorsUp, bool clusterFails, TimeSpan now) =>
        coordinatorsUp >= 2 && !clusterFails && _budget.HasRoom(now);

    public void Hedged(TimeSpan now) => _budget.Take(now);

    /// <summary>Hedges that may still be sent now; a metric, too.</summary>
    public double Remaining(TimeSpan now) => _budget.Remaining(now);
}
