namespace Holdfast.Cql.Transport;

/// <summary>One connection's way to its coordinator: a socket, TLS on a socket, or memory in a simulation.</summary>
internal interface IWire
{
    /// <summary>
    /// Something waits to be sent: the wire collects it from its handler and sends it. Any thread; returns at once, and does
    /// nothing when a send is already under way, since that collects again before it ends.
    /// </summary>
    void Flush();

    /// <summary>Ends the connection; the handler is told, once, as it is for every other end. Any thread, any number of times.</summary>
    void Close(string reason);
}
