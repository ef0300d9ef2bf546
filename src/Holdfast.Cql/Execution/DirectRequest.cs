using Holdfast.Cql.Connections;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Execution;

/// <summary>One request of <see cref="DirectRequests"/>, under its stream id while it is out.</summary>
internal sealed class DirectRequest(
    DirectRequests requests, Coordinator coordinator, CqlStatement statement, int number, ICqlValues values, long? timestamp,
    bool completeInline) : PendingAnswer, IPreparedWaiter, IEffect
{
    private const int UnpreparedMax = 3;

    private readonly TaskCompletionSource<CqlResult> _done =
        new(completeInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);

    private CqlConnection? _connection;
    private CqlResult _result;
    private short _stream = -1;
    private int _unprepared;
    private bool _isOver;

    public TimeSpan Until { get; private set; }

    public Task<CqlResult> Done => _done.Task;

    /// <summary>Sends it; where that cannot be done, it is over.</summary>
    public void Begin(TimeSpan until)
    {
        Until = until;
        if (coordinator.Connection is not { HasRoom: true } connection)
        {
            End(CqlOutcome.Unavailable, coordinator.LastTrouble is { } trouble ? $"not connected: {trouble}" : "not connected");
            return;
        }

        _connection = connection;
        if (!TrySend(connection))
        {
            End(CqlOutcome.Unavailable, "no room on the connection");
        }
    }

    public override void Answered(CqlConnection connection, in Envelope answer)
    {
        _stream = -1;
        if (answer.Opcode != Opcode.Error)
        {
            End(CqlOutcome.Success, null, Responses.ReadResult(answer, connection.Prepared[number], statement.Columns));
            return;
        }

        ErrorBody error = Responses.ReadError(answer);
        if (error is UnpreparedBody && ++_unprepared <= UnpreparedMax)
        {
            connection.PrepareAgain(number, this);
            return;
        }

        (AttemptResult result, int required, int alive) = ErrorTable.Read(error);
        End(
            result == AttemptResult.Refused ? CqlOutcome.Refused : CqlOutcome.Unavailable,
            required > 0 ? $"{result} ({alive} of {required})" : result.ToString());
    }

    public override void Lost(CqlConnection connection, string reason)
    {
        _stream = -1;
        End(CqlOutcome.Unavailable, reason);
    }

    /// <summary>Its time is up, or its caller gave up.</summary>
    public void GiveUp(CqlOutcome outcome, string reason)
    {
        if (_stream >= 0)
        {
            _connection!.Abandon(_stream, this);
        }

        End(outcome, reason);
    }

    void IPreparedWaiter.PreparedAgain(CqlConnection connection, bool prepared)
    {
        if (!_isOver && (!prepared || !TrySend(connection)))
        {
            End(CqlOutcome.Unavailable, "cannot be prepared again");
        }
    }

    void IEffect.Run() => _done.SetResult(_result);

    private bool TrySend(CqlConnection connection)
    {
        if (connection.Prepared[number] is not { } prepared || !connection.TryTake(this, out _stream))
        {
            return false;
        }

        Requests.Execute(connection.Output, connection.Version, _stream, prepared, statement.Consistency, timestamp, values);
        connection.Flush();
        return true;
    }

    private void End(CqlOutcome outcome, string? reason, CqlRows? rows = null)
    {
        if (_isOver)
        {
            rows?.Dispose();
            return;
        }

        _isOver = true;
        _result = new CqlResult(outcome, rows, reason);
        requests.Over(this);
    }
}
