using System.Diagnostics;
using Holdfast.Cql.Connections;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Execution;

/// <summary>
/// One request to one coordinator under one stream id. When its operation has been served by another, it lives on as a shadow
/// until it is answered or its time is up: only so is a coordinator that does not answer ever found out.
/// </summary>
internal sealed class Attempt(Executor executor) : PendingAnswer, IPreparedWaiter
{
    /// <summary>Answers of 'unprepared' after which the attempt has failed: a coordinator may forget at once what it prepared.</summary>
    private const int UnpreparedMax = 3;

    /// <summary>Whose; null for a shadow.</summary>
    public Operation? Operation { get; set; }

    public Coordinator Coordinator { get; private set; } = null!;

    public CqlConnection Connection { get; private set; } = null!;

    public short Stream { get; set; }

    public ConsistencyLevel Level { get; private set; }

    public ReplicaSetId Set { get; private set; }

    public TimeSpan Sent { get; private set; }

    public TimeSpan Until { get; private set; }

    /// <summary>Sent to somebody who takes no traffic.</summary>
    public bool IsLastResort { get; private set; }

    /// <summary>When a second attempt beside this one is worth its while; never for the second one itself.</summary>
    public TimeSpan HedgeAt { get; set; }

    /// <summary>For a shadow: who served its operation.</summary>
    public Coordinator? ServedBy { get; set; }

    /// <summary>Null unless its request is traced.</summary>
    public Activity? Span { get; set; }

    /// <summary>Where it stands among those that are out.</summary>
    public int Index { get; set; }

    /// <summary>True once somebody else may hold this object for longer than it is out: it is then not used again.</summary>
    public bool IsShared => _unprepared > 0;

    private int _unprepared;
    private int _statement;

    public void Begin(Operation operation, Coordinator coordinator, TimeSpan now, TimeSpan until, TimeSpan hedgeAt)
    {
        Operation = operation;
        Coordinator = coordinator;
        Connection = coordinator.Connection!;
        Level = operation.Statement.Consistency;
        Set = operation.Set;
        Sent = now;
        Until = until;
        HedgeAt = hedgeAt;
        IsLastResort = coordinator.Weight <= 0;
        ServedBy = null;
        _statement = operation.StatementNumber;
        _unprepared = 0;
    }

    public void Clear()
    {
        Operation = null;
        Coordinator = null!;
        Connection = null!;
        ServedBy = null;
        Span = null;
    }

    /// <summary>Puts the request's bytes where the connection sends from.</summary>
    public void Write(Operation operation, PreparedId prepared)
    {
        Requests.Execute(
            Connection.Output, Connection.Version, Stream, prepared, Level, operation.Timestamp, operation.Values, Span);
        Connection.Flush();
    }

    public override void Answered(CqlConnection connection, in Envelope answer)
    {
        switch (answer.Opcode)
        {
            case Opcode.Result:
                executor.Served(this, answer);
                break;
            case Opcode.Error:
                ErrorBody error = Responses.ReadError(answer);
                if (error is UnpreparedBody && executor.PreparesAgain && ++_unprepared <= UnpreparedMax)
                {
                    PrepareAgain(connection);
                    return;
                }

                (AttemptResult result, int required, int alive) = ErrorTable.Read(error);
                executor.Failed(this, result, required, alive, error.Message);
                break;
            default:
                throw new ProtocolException($"{answer.Opcode} in answer to EXECUTE");
        }
    }

    public override void Lost(CqlConnection connection, string reason) =>
        executor.Failed(this, AttemptResult.ConnectionLost, 0, 0, reason);

    void IPreparedWaiter.PreparedAgain(CqlConnection connection, bool prepared)
    {
        // Meanwhile its time may have run out.
        if (Connection != connection || Index < 0)
        {
            return;
        }

        if (Operation is not { IsDone: false } operation)
        {
            executor.Dropped(this);
            return;
        }

        if (prepared && connection.Prepared[operation.StatementNumber] is { } again && connection.TryTake(this, out short stream))
        {
            Stream = stream;
            Write(operation, again);
            return;
        }

        executor.Failed(this, connection.IsClosed ? AttemptResult.ConnectionLost : AttemptResult.ServerError, 0, 0, "cannot be prepared again");
    }

    /// <summary>A coordinator that has forgotten a statement is told it anew. That is held against nobody, whether somebody still waits or not.</summary>
    private void PrepareAgain(CqlConnection connection)
    {
        if (Operation is null)
        {
            connection.PrepareAgain(_statement, null);
            executor.Dropped(this);
            return;
        }

        connection.PrepareAgain(_statement, this);
    }
}
