using System.Net;

namespace Holdfast.Cql.Transport;

/// <summary>How connections are made: sockets in production, the lab's nodes in memory in a simulation.</summary>
internal interface ITransport
{
    /// <summary>
    /// Begins to connect and returns at once, without a call to the handler; that learns the outcome later. The whole of TCP and
    /// TLS may take <paramref name="timeout"/>.
    /// </summary>
    IWire Connect(IPEndPoint endpoint, IWireHandler handler, TimeSpan timeout);
}
