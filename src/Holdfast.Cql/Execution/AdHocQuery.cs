using Holdfast.Cql.Connections;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Execution;

/// <summary>A statement outside the hot path, over the control connection, which it waits for.</summary>
/// <param name="completeInline">True runs whoever waits for it on the thread that received its answer.</param>
internal sealed class AdHocQuery(bool completeInline) : PendingAnswer
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(20);

    private readonly TaskCompletionSource<CqlResult> _done =
        new(completeInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<CqlResult> RunAsync(
        ClusterCore core, string cql, ConsistencyLevel level, TimeProvider time, bool completeInline, CancellationToken cancellationToken)
    {
        while (true)
        {
            AdHocQuery query = new(completeInline);
            if (query.TrySend(core, cql, level))
            {
                return await query._done.Task.WaitAsync(cancellationToken);
            }

            if (core.Executor.IsClosed)
            {
                return new CqlResult(CqlOutcome.Unavailable, null, Executor.Closing);
            }

            await Task.Delay(s_lookEvery, time, cancellationToken);
        }
    }

    public override void Answered(CqlConnection connection, in Envelope answer)
    {
        if (answer.Opcode == Opcode.Error)
        {
            ErrorBody error = Responses.ReadError(answer);
            CqlOutcome outcome = ErrorTable.Read(error).Result == AttemptResult.Refused ? CqlOutcome.Refused : CqlOutcome.Unavailable;
            _done.TrySetResult(new CqlResult(outcome, null, error.Message));
            return;
        }

        CqlRows? rows = Responses.ReadResult(answer, null);
        if (!_done.TrySetResult(new CqlResult(CqlOutcome.Success, rows, null)))
        {
            rows?.Dispose();
        }
    }

    public override void Lost(CqlConnection connection, string reason) =>
        _done.TrySetResult(new CqlResult(CqlOutcome.Unavailable, null, reason));

    private bool TrySend(ClusterCore core, string cql, ConsistencyLevel level)
    {
        core.Lock.Enter();
        try
        {
            if (core.Control.Connection is not { IsReady: true } connection || !connection.TryTake(this, out short stream))
            {
                return false;
            }

            Requests.Query(connection.Output, connection.Version, stream, cql, level);
            connection.Flush();
            return true;
        }
        finally
        {
            core.Lock.Exit();
        }
    }
}
