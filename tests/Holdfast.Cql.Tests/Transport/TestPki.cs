using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Cql.Tests.Transport;

/// <summary>An authority of the test's own, and what it has signed, in a folder that goes away.</summary>
internal sealed class TestPki : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-pki-");
    private readonly X509Certificate2 _authority;
    private readonly DateTimeOffset _from = TimeProvider.System.GetUtcNow().AddDays(-1);
    private readonly DateTimeOffset _until = TimeProvider.System.GetUtcNow().AddDays(1);
    private int _serial;

    public TestPki()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(_from, _until);
        AuthorityPath = Write("authority.pem", _authority.ExportCertificatePem());
    }

    public string AuthorityPath { get; }

    /// <summary>A certificate for a server of this address, or of this name.</summary>
    public X509Certificate2 Server(string addressOrName)
    {
        SubjectAlternativeNameBuilder names = new();
        if (IPAddress.TryParse(addressOrName, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(addressOrName);
        }

        return Sign("CN=server", request => request.CertificateExtensions.Add(names.Build()));
    }

    /// <summary>A client's certificate and its key, in two files.</summary>
    public (string CertificatePath, string KeyPath) Client(string name)
    {
        using X509Certificate2 client = Sign($"CN={name}", _ => { });
        return (Write("client.pem", client.ExportCertificatePem()), Write("client-key.pem", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private X509Certificate2 Sign(string subject, Action<CertificateRequest> extend)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        extend(request);
        using X509Certificate2 signed = request.Create(_authority, _from, _until, [(byte)++_serial]);
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);

        // Once through a file's format, since a server on some systems cannot use a key that lives in memory only.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
