using System.Net.Sockets;
using System.Security.Authentication;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Transport;

/// <summary>Why a connection ended, in words for a person.</summary>
internal static class WireFailure
{
    public static string Describe(Exception failure) => failure switch
    {
        IOException { InnerException: SocketException inner } => Describe(inner),
        SocketException socket => socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.ConnectionReset => "connection reset by the host",
            SocketError.TimedOut => "the host does not acknowledge what is sent",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => "the host cannot be reached",
            _ => socket.Message,
        },
        AuthenticationException => $"TLS failed: {failure.InnerException?.Message ?? failure.Message}",
        ProtocolException or IOException => failure.Message,

        // Not of the connection's making: its message might quote anything.
        _ => $"a fault in this process: {failure.GetType().Name}",
    };
}
