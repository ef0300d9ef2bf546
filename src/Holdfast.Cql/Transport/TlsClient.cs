using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Cql.Transport;

/// <summary>Who is believed and who we are, read once.</summary>
internal sealed class TlsClient
{
    private readonly CqlTlsOptions _options;
    private readonly X509Certificate2Collection? _authorities;
    private readonly SslStreamCertificateContext? _certificate;

    /// <exception cref="CryptographicException">A file has no certificate, or the key is another's.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public TlsClient(CqlTlsOptions options)
    {
        _options = options;
        if (options.CertificateAuthorityPath is { } path)
        {
            _authorities = [];
            _authorities.ImportFromPemFile(path);
            if (_authorities.Count == 0)
            {
                throw new CryptographicException($"{path} has no certificate.");
            }
        }

        if (options.CertificatePath is { } certificate)
        {
            // Behind the first there may be those that lead to an authority which the hosts know. Nothing is fetched from anywhere.
            X509Certificate2Collection chain = [];
            chain.ImportFromPemFile(certificate);
            _certificate = SslStreamCertificateContext.Create(
                X509Certificate2.CreateFromPemFile(certificate, options.KeyPath), chain, offline: true);
        }
    }

    public SslClientAuthenticationOptions For(IPEndPoint endpoint)
    {
        SslClientAuthenticationOptions tls = new()
        {
            TargetHost = _options.ServerName ?? endpoint.Address.ToString(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            ClientCertificateContext = _certificate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (_authorities is not null)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        if (!_options.CheckHostName)
        {
            tls.RemoteCertificateValidationCallback = static (_, _, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        }

        return tls;
    }
}
