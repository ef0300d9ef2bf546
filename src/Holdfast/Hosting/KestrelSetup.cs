using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Holdfast.Hosting;

/// <summary>Kestrel's two listeners and its limits: everything a client can make the server hold has a bound.</summary>
internal sealed class KestrelSetup
{
    private static readonly TimeSpan s_headersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_keepAliveTimeout = TimeSpan.FromSeconds(130);

    private readonly HoldfastOptions _options;
    private ListenOptions? _main;
    private ListenOptions? _admin;

    public KestrelSetup(HoldfastOptions options) => _options = options;

    /// <summary>Where the main listener is bound; known once the server has started.</summary>
    public Uri Address => ListenAddress.ToUri(_main!.IPEndPoint!, _options.Service.TlsCertificatePath is not null);

    /// <summary>Where the admin listener is bound; known once the server has started.</summary>
    public Uri AdminAddress => ListenAddress.ToUri(_admin!.IPEndPoint!, secure: false);

    /// <summary>True for a request on the admin listener.</summary>
    public bool IsAdmin(HttpContext context)
    {
        // Bound before the first request, and not changed after. Two addresses may share one port.
        var admin = _admin!.IPEndPoint!;
        return context.Connection.LocalPort == admin.Port
            && (_main!.IPEndPoint!.Port != admin.Port || admin.Address.Equals(context.Connection.LocalIpAddress));
    }

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http1);

        var limits = kestrel.Limits;

        // The endpoint holds bodies to the limit. Kestrel counts a chunked body with its framing, which for chunks of one
        // byte is six times as long; its own limit stops those that are nothing but framing.
        limits.MaxRequestBodySize = (_options.Limits.MaxValueBytes * 8L) + (64 * 1024);
        limits.MaxConcurrentConnections = _options.Limits.MaxConnections;
        limits.RequestHeadersTimeout = s_headersTimeout;
        limits.KeepAliveTimeout = s_keepAliveTimeout;

        kestrel.Listen(
            ListenAddress.Resolve(_options.Service.ListenAddress, _options.Service.ListenPort),
            listen =>
            {
                _main = listen;
                UseTls(listen, _options.Service);
            });
        kestrel.Listen(
            ListenAddress.Resolve(_options.Admin.ListenAddress, _options.Admin.ListenPort), listen => _admin = listen);
    }

    /// <summary>
    /// No queues of its own between sockets and the thread pool, which would hand a core's requests on one after another:
    /// docs/decisions/0040-no-transport-queues.md.
    /// </summary>
    public void Configure(SocketTransportOptions sockets)
    {
        sockets.IOQueueCount = 0;
        sockets.UnsafePreferInlineScheduling = SocketThreads.Handle(_options);
    }

    private static void UseTls(ListenOptions listen, ServiceOptions service)
    {
        if (service.TlsCertificatePath is not { } certificatePath || service.TlsKeyPath is not { } keyPath)
        {
            return;
        }

        var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificatePath);
        listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ServerCertificateChain = chain;
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        });
    }
}
