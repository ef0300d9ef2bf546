using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Cql.Transport;
using Xunit;

namespace Holdfast.Cql.Tests.Transport;

public sealed class TlsTransportTests : IDisposable
{
    private readonly TestPki _pki = new();
    private readonly LoopbackServer _server = new();
    private readonly RecordingHandler _handler = new();

    public void Dispose()
    {
        _server.Dispose();
        _pki.Dispose();
    }

    [Fact]
    public async Task Bytes_pass_both_ways_under_tls()
    {
        await using SslStream peer = await ExpectSuccess(new CqlTlsOptions { CertificateAuthorityPath = _pki.AuthorityPath }, "127.0.0.1");

        Assert.True(peer.SslProtocol is SslProtocols.Tls12 or SslProtocols.Tls13);
    }

    [Fact]
    public async Task A_certificate_of_another_host_is_refused() =>
        Assert.Contains("NameMismatch", await ExpectRefusal(new CqlTlsOptions { CertificateAuthorityPath = _pki.AuthorityPath }, "127.0.0.2"), StringComparison.Ordinal);

    [Fact]
    public async Task A_certificate_of_another_host_is_taken_where_names_are_not_checked() => await (await ExpectSuccess(
        new CqlTlsOptions { CertificateAuthorityPath = _pki.AuthorityPath, CheckHostName = false }, "127.0.0.2")).DisposeAsync();

    [Fact]
    public async Task One_name_may_stand_for_every_host() => await (await ExpectSuccess(
        new CqlTlsOptions { CertificateAuthorityPath = _pki.AuthorityPath, ServerName = "sessions.example" }, "sessions.example")).DisposeAsync();

    [Fact]
    public async Task One_name_for_every_host_is_checked_as_well() => Assert.Contains(
        "NameMismatch",
        await ExpectRefusal(new CqlTlsOptions { CertificateAuthorityPath = _pki.AuthorityPath, ServerName = "sessions.example" }, "127.0.0.1"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_authority_that_is_not_trusted_is_refused_whether_names_are_checked_or_not(bool checkHostName)
    {
        using TestPki other = new();

        string reason = await ExpectRefusal(
            new CqlTlsOptions { CertificateAuthorityPath = other.AuthorityPath, CheckHostName = checkHostName }, "127.0.0.1");

        Assert.StartsWith("TLS failed:", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_machine_does_not_trust_the_authority_of_a_test() =>
        Assert.StartsWith("TLS failed:", await ExpectRefusal(new CqlTlsOptions(), "127.0.0.1"), StringComparison.Ordinal);

    [Fact]
    public async Task The_host_learns_who_the_client_is()
    {
        var (certificate, key) = _pki.Client("holdfast");

        await using SslStream peer = await ExpectSuccess(
            new CqlTlsOptions { CertificateAuthorityPath = _pki.AuthorityPath, CertificatePath = certificate, KeyPath = key },
            "127.0.0.1",
            wantsClient: true);

        Assert.Equal("CN=holdfast", peer.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task A_host_that_wants_a_client_certificate_and_gets_none_ends_the_connection()
    {
        Connect(new CqlTlsOptions { CertificateAuthorityPath = _pki.AuthorityPath }, TimeSpan.FromSeconds(30));
        using SslStream peer = await Accept();

        await Assert.ThrowsAnyAsync<AuthenticationException>(() => Authenticate(peer, "127.0.0.1", wantsClient: true));
        await peer.DisposeAsync();

        await _handler.Closed;
        Assert.Equal(1, _handler.ClosedCount);
        Assert.Empty(_handler.Breaches);
    }

    [Fact]
    public async Task A_host_that_does_not_speak_tls_is_given_up_in_time()
    {
        Connect(new CqlTlsOptions { CertificateAuthorityPath = _pki.AuthorityPath }, TimeSpan.FromMilliseconds(300));
        using SslStream silent = await Accept();

        Assert.Equal("no TLS handshake within 0.3 s", await _handler.Closed);
        Assert.False(_handler.WasOpened);
        Assert.Empty(_handler.Breaches);
    }

    [Fact]
    public async Task A_host_that_speaks_something_else_is_refused()
    {
        Connect(new CqlTlsOptions { CertificateAuthorityPath = _pki.AuthorityPath }, TimeSpan.FromSeconds(30));
        using Socket peer = await _server.AcceptAsync();
        await peer.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        Assert.StartsWith("TLS failed:", await _handler.Closed, StringComparison.Ordinal);
        Assert.False(_handler.WasOpened);
    }

    [Fact]
    public void A_file_without_a_certificate_is_told_at_once()
    {
        var (_, key) = _pki.Client("holdfast");

        Assert.Throws<CryptographicException>(() => new SocketTransport(new CqlTlsOptions { CertificateAuthorityPath = key }, TimeProvider.System));
    }

    private async Task<SslStream> ExpectSuccess(CqlTlsOptions options, string certifiedFor, bool wantsClient = false)
    {
        IWire wire = Connect(options, TimeSpan.FromSeconds(30));
        SslStream peer = await Accept();
        await Authenticate(peer, certifiedFor, wantsClient);
        await _handler.Opened;

        _handler.Enqueue("question"u8);
        wire.Flush();
        Assert.Equal("question", await LoopbackServer.ReadTextAsync(peer, 8));
        await peer.WriteAsync("answer"u8.ToArray());
        Assert.Equal("answer", await _handler.ReceiveTextAsync(6));

        wire.Close("enough");
        Assert.Equal("enough", await _handler.Closed);
        Assert.Empty(_handler.Breaches);
        return peer;
    }

    private async Task<string> ExpectRefusal(CqlTlsOptions options, string certifiedFor)
    {
        Connect(options, TimeSpan.FromSeconds(30));
        using SslStream peer = await Accept();
        try
        {
            await Authenticate(peer, certifiedFor, wantsClient: false);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            // The client says why it leaves, or leaves; which of the two the server sees is a race.
        }

        string reason = await _handler.Closed;
        Assert.False(_handler.WasOpened);
        Assert.Equal(1, _handler.ClosedCount);
        return reason;
    }

    private IWire Connect(CqlTlsOptions options, TimeSpan timeout) =>
        new SocketTransport(options, TimeProvider.System).Connect(_server.EndPoint, _handler, timeout);

    private async Task<SslStream> Accept() => new(new NetworkStream(await _server.AcceptAsync(), ownsSocket: true));

    private async Task Authenticate(SslStream peer, string certifiedFor, bool wantsClient)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificate = _pki.Server(certifiedFor),
            ClientCertificateRequired = wantsClient,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null || !wantsClient,
        };
        await peer.AuthenticateAsServerAsync(options, patience.Token);
    }
}
