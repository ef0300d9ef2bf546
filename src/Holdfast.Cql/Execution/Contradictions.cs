using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;

namespace Holdfast.Cql.Execution;

/// <summary>
/// Tells health who failed what another coordinator then served. Of what needs other data centres health takes no notice, since the way
/// there may be at fault; but whoever fails it where others do not is asked last for it, for a while.
/// </summary>
internal sealed class Contradictions(CoreLock core, CoordinatorTable table, IExecutorListener listener)
{
    /// <summary>After this one request finds out whether it still is so.</summary>
    private static readonly TimeSpan s_askedLastFor = TimeSpan.FromSeconds(10);

    /// <summary>The request was served: each of its failed attempts contradicts the coordinator that failed it.</summary>
    public void Served(Operation operation, Coordinator by)
    {
        for (int i = 0; i < operation.Failures.Count; i++)
        {
            Tell(operation.Failures[i], by, operation.Statement.Consistency, operation.Set);
        }
    }

    /// <summary>An attempt came to nothing whose request another coordinator had served meanwhile.</summary>
    public void ShadowFailed(Attempt shadow, in FailedAttempt failure)
    {
        if (shadow.ServedBy is { } by)
        {
            Tell(failure, by, shadow.Level, shadow.Set);
        }
    }

    private void Tell(in FailedAttempt failure, Coordinator by, ConsistencyLevel level, ReplicaSetId set)
    {
        if (failure.Coordinator == by)
        {
            return;
        }

        Contradiction contradiction = new(
            failure.Coordinator.Id, by.Id, level, set, failure.Result.ToFailureKind(), failure.Required, failure.Alive, failure.Sent);
        listener.Contradicted(failure.Coordinator, contradiction);
        table.Health.Contradicted(contradiction, core.Now);
        if (!level.IsLocal())
        {
            failure.Coordinator.AskedLastUntil = core.Now + s_askedLastFor;
        }
    }
}
