using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Lab.Transport;

/// <summary>
/// The lab's own certificate authority and one certificate for all of its nodes, made anew for each lab and written as PEM
/// for its clients: `ca.pem` is what they have to trust.
/// </summary>
internal static class LabCertificates
{
    private const string Subject = "CN=Holdfast lab";

    /// <param name="folder">Where the files go; made if it is not there.</param>
    /// <param name="addresses">Of the nodes: what the certificate is valid for, besides `localhost`.</param>
    /// <param name="now">From a day before to a year after it is valid.</param>
    public static X509Certificate2 Make(string folder, IEnumerable<IPAddress> addresses, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        var (from, to) = (now.AddDays(-1), now.AddYears(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = Authority(authorityKey, from, to);
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var server = Server(serverKey, addresses).Create(authority, from, to, RandomNumberGenerator.GetBytes(16));
        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "node.pem"), server.ExportCertificatePem());
        var keyFile = Path.Combine(folder, "node.key");
        File.WriteAllText(keyFile, serverKey.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return server.CopyWithPrivateKey(serverKey);
    }

    private static X509Certificate2 Authority(ECDsa key, DateTimeOffset from, DateTimeOffset to)
    {
        var request = new CertificateRequest($"{Subject} authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(from, to);
    }

    private static CertificateRequest Server(ECDsa key, IEnumerable<IPAddress> addresses)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        foreach (var address in addresses)
        {
            names.AddIpAddress(address);
        }

        var request = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}
