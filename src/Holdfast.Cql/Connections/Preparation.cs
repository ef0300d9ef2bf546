using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Connections;

/// <summary>Who waits for a statement to be prepared again.</summary>
internal interface IPreparedWaiter
{
    /// <summary>It is prepared, or could not be. Under the core's lock.</summary>
    void PreparedAgain(CqlConnection connection, bool prepared);
}

/// <summary>One PREPARE of a statement that the server has forgotten, and everybody who waits for it.</summary>
/// <param name="statement">Its number.</param>
/// <param name="sent">When it was sent; a server that does not answer it for long is left.</param>
/// <param name="waitersMax">How many may wait: they have given their stream ids back, so that nothing else bounds them.</param>
/// <param name="over">Called when it is over, before anybody is told.</param>
internal sealed class Preparation(int statement, TimeSpan sent, int waitersMax, Action over) : PendingAnswer
{
    private readonly List<IPreparedWaiter> _waiters = [];

    public int Statement => statement;

    public TimeSpan Sent => sent;

    /// <summary>False when too many wait already.</summary>
    public bool TryAdd(IPreparedWaiter waiter)
    {
        bool hasRoom = _waiters.Count < waitersMax;
        if (hasRoom)
        {
            _waiters.Add(waiter);
        }

        return hasRoom;
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
