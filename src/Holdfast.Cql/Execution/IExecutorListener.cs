using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Health;

namespace Holdfast.Cql.Execution;

/// <summary>Who counts and logs what requests go through. Called under the core's lock, and must not wait.</summary>
internal interface IExecutorListener
{
    void Attempted(Attempt attempt, AttemptResult result);

    void Contradicted(Coordinator coordinator, in Contradiction contradiction);

    void Retried();

    void Hedged(Coordinator coordinator);

    void BudgetEmpty();

    /// <summary>Nobody can serve a range, as a request found; <paramref name="dark"/> ranges now.</summary>
    void RangeDark(Operation operation, string said, int dark);

    /// <summary>A range is served again; <paramref name="dark"/> are not.</summary>
    void RangeLit(ReplicaSetId set, ConsistencyLevel level, int dark);

    /// <summary>Nobody asks any more for a range that was dark; <paramref name="dark"/> are.</summary>
    void RangeForgotten(ConsistencyLevel level, int dark);

    void Ended(Operation operation, CqlOutcome outcome, TimeSpan took);
}
