using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Connections;

/// <summary>Who waits for a statement to be prepared again.</summary>
internal interface IPreparedWaiter
{
    /// <summary>It is prepared, or could not be. Under the core's lock.</summary>
    void PreparedAgain(CqlConnection connection, bool prepared);
}

/// <summary>One PREPARE of a statement that the server has forgotten, and everybody who waits for it.</summary>
internal sealed class Preparation(int statement, Action over) : PendingAnswer
{
    private readonly List<IPreparedWaiter> _waiters = [];

    public void Add(IPreparedWaiter? waiter)
    {
        if (waiter is not null)
        {
            _waiters.Add(waiter);
        }
    }

    public override void Answered(CqlConnection connection, in Envelope answer)
    {
        bool prepared = answer.Opcode == Opcode.Result;
        if (prepared)
        {
            connection.Prepared[statement] = Responses.ReadPrepared(answer);
        }

        Tell(connection, prepared);
    }

    public override void Lost(CqlConnection connection, string reason) => Tell(connection, prepared: false);

    private void Tell(CqlConnection connection, bool prepared)
    {
        over();
        foreach (IPreparedWaiter waiter in _waiters)
        {
            waiter.PreparedAgain(connection, prepared);
        }
    }
}
