namespace Holdfast.Lab.Transport.Memory;

/// <summary>
/// A client in the same process. Every call comes from the scheduler, never from inside a call of the client's own; none comes
/// after <see cref="Closed"/>, or after the client has closed.
/// </summary>
internal interface IMemoryClient
{
    /// <summary>The node's machine has accepted. It may be paused all the same: a kernel accepts for it.</summary>
    void Opened();

    /// <summary>The bytes are the network's again when this returns.</summary>
    void Received(ReadOnlySpan<byte> bytes);

    /// <summary>There is room again after <see cref="MemoryConnection.IsFull"/>.</summary>
    void Drained()
    {
    }

    void Closed(ConnectionEnd end);
}

/// <summary>How a connection ended, or why there never was one.</summary>
internal enum ConnectionEnd
{
    /// <summary>The machine is there and nothing listens on the port.</summary>
    Refused,

    /// <summary>FIN: the node closed in good order.</summary>
    Finished,

    /// <summary>RST: the process ended, or the machine came back and knows nothing of the connection.</summary>
    Reset,

    /// <summary>Nothing came back for as long as TCP tries.</summary>
    TimedOut,
}
