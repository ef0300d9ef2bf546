using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Tests.Http;
using Xunit;

namespace Holdfast.Tests.Hosting;

public sealed class TlsTests
{
    [Fact]
    public async Task The_main_listener_speaks_TLS_with_the_configured_certificate_and_the_admin_listener_does_not()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-tls");
        try
        {
            var options = TestServer.Options();
            options.Service.TlsCertificatePath = Path.Combine(folder.FullName, "cert.pem");
            options.Service.TlsKeyPath = Path.Combine(folder.FullName, "key.pem");
            var thumbprint = WriteSelfSigned(options.Service.TlsCertificatePath, options.Service.TlsKeyPath);
            await using var server = await TestServer.StartAsync(options);
            Assert.Equal("https", server.Address.Scheme);

            using var handler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                        certificate!.GetCertHashString() == thumbprint,
                },
            };
            using var client = new HttpClient(handler) { BaseAddress = server.Address };
            using var content = new ByteArrayContent([1, 2, 3]);
            Assert.Equal(201, (int)(await client.PostAsync(TestServer.Base + "foo", content)).StatusCode);
            Assert.Equal([1, 2, 3], await client.GetByteArrayAsync(TestServer.Base + "foo"));
            Assert.Equal(200, (await server.AdminAsync("/healthz")).Status);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string WriteSelfSigned(string certificatePath, string keyPath)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=holdfast.test", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return certificate.Thumbprint;
    }
}
