using System.Net;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>The way back to a client: a socket, or memory. Called by the node, on whatever thread runs the scheduler.</summary>
internal interface IClientChannel
{
    IPEndPoint Remote { get; }

    /// <summary>Through TLS.</summary>
    bool IsEncrypted => false;

    /// <summary>The bytes are the caller's again when this returns.</summary>
    void Send(ReadOnlyMemory<byte> bytes);

    /// <summary>FIN, after what was sent.</summary>
    void Close();

    /// <summary>RST: what was sent may be lost.</summary>
    void Reset();

    /// <summary>The machine is gone: neither FIN nor RST, no answer ever.</summary>
    void Vanish();
}
