using System.Net.Sockets;
using System.Security.Cryptography;
using Holdfast.Configuration;
using Holdfast.Embedded;
using Microsoft.AspNetCore.Connections;

namespace Holdfast.Commands;

/// <summary>What to say when the service cannot start for a reason that an operator can do something about.</summary>
internal static class StartFailure
{
    /// <summary>Null for what no operator can help: such a failure is a fault of ours and is shown as it is.</summary>
    public static string? Explain(Exception failure, HoldfastOptions options)
    {
        var addresses = $"{options.Service.ListenAddress}:{options.Service.ListenPort} or {options.Admin.ListenAddress}:{options.Admin.ListenPort}";
        var certificate = $"tls.cert ({options.Service.TlsCertificatePath}) and tls.key ({options.Service.TlsKeyPath}) cannot be used: {failure.Message}";
        return failure switch
        {
            StoreOpenException => failure.Message,
            CryptographicException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
                when options.Service.TlsCertificatePath is null && options.Cassandra?.TlsCaPath is not null => $"cassandra.tls.ca, cassandra.tls.cert or cassandra.tls.key cannot be used: {failure.Message}",
            CryptographicException => certificate,
            FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
                when options.Service.TlsCertificatePath is not null => certificate,
            IOException { InnerException: AddressInUseException } =>
                $"{failure.Message.TrimEnd('.')}. Stop what uses it ('ss -ltnp' names it), or set another listen_port or "
                + "admin.listen_port in the file, or with HOLDFAST__LISTEN_PORT or HOLDFAST__ADMIN__LISTEN_PORT; 0 takes any free port.",
            SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                $"not allowed to listen on {addresses}: ports below 1024 need the capability CAP_NET_BIND_SERVICE.",
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
                $"the name in listen_address or admin.listen_address ({addresses}) has no address: {failure.Message}.",
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
                $"this machine does not have the address to listen on ({addresses}): check listen_address and admin.listen_address.",
            IOException or UnauthorizedAccessException or SocketException => failure.Message,
            _ => null,
        };
    }
}
