using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Cql.Transport;

/// <summary>Who is believed and who we are, read once.</summary>
internal sealed class TlsClient
{
    private readonly CqlTlsOptions _options;
    private readonly X509Certificate2Collection? _authorities;
    private readonly SslStreamCertificateContext? _certificate;

    public TlsClient(CqlTlsOptions options)
    {
        _options = options;
        if (options.CertificateAuthorityPath is { } path)
        {
            _authorities = [];
            _authorities.ImportFromPemFile(path);
        }

        if (options.CertificatePath is { } certificate)
        {
            _certificate = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificate, options.KeyPath), null);
        }
    }

    public SslClientAuthenticationOptions For(string host)
    {
        SslClientAuthenticationOptions tls = new()
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateContext = _certificate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (_authorities is not null)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
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
