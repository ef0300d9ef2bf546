using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;
using Holdfast.Cql.Telemetry;

namespace Holdfast.Cql.Execution;

/// <summary>Puts one attempt of a request on a coordinator's connection.</summary>
internal sealed class AttemptSender(CoreLock core, CoordinatorTable table, AttemptTable attempts, string keyspace)
{
    private readonly AttemptSpans _spans = new(keyspace);

    /// <summary>False when the coordinator can take none now.</summary>
    /// <param name="operation">The request.</param>
    /// <param name="coordinator">Who is asked.</param>
    /// <param name="until">When it is given up.</param>
    /// <param name="hedgeAt">When another one may follow beside it.</param>
    /// <param name="isHedge">True for that other one.</param>
    public bool TrySend(Operation operation, Coordinator coordinator, TimeSpan until, TimeSpan hedgeAt, bool isHedge)
    {
        TimeSpan now = core.Now;
        operation.Try(coordinator);
        Attempt attempt = attempts.Rent();
        attempt.Begin(operation, coordinator, now, until, hedgeAt);
        if (!coordinator.Connection!.TryTake(attempt, out short stream)
            || coordinator.Connection.Prepared[operation.StatementNumber] is not { } prepared)
        {
            attempts.Release(attempt);
            table.Health.Failed(coordinator.Id, operation.Statement.Consistency, operation.Set, FailureKind.NoStreamId, now);
            return false;
        }

        attempt.Stream = stream;
        attempt.Span = _spans.Begin(operation.Caller, operation.Statement, coordinator, ++operation.Attempts, isHedge);
        if (isHedge)
        {
            operation.Hedge = attempt;
        }
        else
        {
            operation.First = attempt;
        }

        attempts.Add(attempt);
        attempt.Write(operation, prepared);
        return true;
    }
}
