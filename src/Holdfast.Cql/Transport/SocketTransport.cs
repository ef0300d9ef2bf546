using System.Net;

namespace Holdfast.Cql.Transport;

/// <summary>Connections over TCP, with TLS where it is configured. Lives in this folder: how bytes leave and arrive.</summary>
internal sealed class SocketTransport : ITransport
{
    private readonly TlsClient? _tls;
    private readonly TimeProvider _time;

    /// <exception cref="System.Security.Cryptography.CryptographicException">A PEM file cannot be read.</exception>
    public SocketTransport(CqlTlsOptions? tls, TimeProvider time)
    {
        _tls = tls is null ? null : new TlsClient(tls);
        _time = time;
    }

    public IWire Connect(IPEndPoint endpoint, IWireHandler handler, TimeSpan timeout)
    {
        SocketWire wire = new(endpoint, handler, _tls, _time, timeout);
        wire.Start();
        return wire;
    }
}
