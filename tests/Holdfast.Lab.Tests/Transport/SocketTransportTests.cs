using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Commands;
using Holdfast.Lab.Transport;
using Xunit;

namespace Holdfast.Lab.Tests.Transport;

public sealed class SocketTransportTests
{
    private static readonly byte[] Options = Convert.FromHexString("040000010500000000");
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(400);

    private readonly CancellationToken stop = new CancellationTokenSource(LongEnough, TimeProvider.System).Token;

    [Fact]
    public async Task A_node_answers_on_its_own_address()
    {
        await using var lab = await SocketLab.StartAsync();
        for (var node = 0; node < 3; node++)
        {
            using var socket = await lab.ConnectAsync(node, stop);
            Assert.Equal(0x06, await OpcodeOfAnswerAsync(socket));
        }
    }

    [Theory]
    [InlineData(Ending.Stopped)]
    [InlineData(Ending.Killed)]
    internal async Task A_process_that_ends_resets_its_clients_and_refuses_until_it_is_open_again(Ending ending)
    {
        await using var lab = await SocketLab.StartAsync();
        using var socket = await lab.ConnectAsync(0, stop);
        _ = await OpcodeOfAnswerAsync(socket);
        await lab.StopNodeAsync(0, ending);
        var reset = await Assert.ThrowsAsync<SocketException>(() => socket.ReceiveAsync(new byte[1], stop).AsTask());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        await AssertRefusedAsync(lab);
        await lab.StartNodeAsync(0);
        await AssertRefusedAsync(lab);
        await lab.UntilOpenAsync(0, stop);
        using var again = await lab.ConnectAsync(0, stop);
        Assert.Equal(0x06, await OpcodeOfAnswerAsync(again));
    }

    [Fact]
    public async Task A_machine_without_power_says_nothing_and_when_it_is_back_knows_nothing_of_its_clients()
    {
        await using var lab = await SocketLab.StartAsync();
        using var socket = await lab.ConnectAsync(0, stop);
        _ = await OpcodeOfAnswerAsync(socket);
        await lab.StopNodeAsync(0, Ending.PowerLost);
        await socket.SendAsync(Options, stop);
        await AssertSilentAsync(s => socket.ReceiveAsync(new byte[1], s).AsTask());
        await AssertSilentAsync(async s => (await lab.ConnectAsync(0, s)).Dispose());

        await lab.StartNodeAsync(0);
        var reset = await Assert.ThrowsAsync<SocketException>(() => socket.ReceiveAsync(new byte[1], stop).AsTask());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        await AssertRefusedAsync(lab);
        await lab.UntilOpenAsync(0, stop);
        using var again = await lab.ConnectAsync(0, stop);
        Assert.Equal(0x06, await OpcodeOfAnswerAsync(again));
    }

    [Fact]
    public async Task A_process_that_stands_still_takes_connections_and_answers_when_it_goes_on()
    {
        await using var lab = await SocketLab.StartAsync();
        using var before = await lab.ConnectAsync(0, stop);
        await lab.DoAsync(c => c.Nodes[0].Process!.Life.Pause());
        using var during = await lab.ConnectAsync(0, stop);
        await before.SendAsync(Options, stop);
        await during.SendAsync(Options, stop);
        var answers = Task.WhenAll(before.ReceiveAsync(new byte[9], stop).AsTask(), during.ReceiveAsync(new byte[9], stop).AsTask());
        await AssertSilentAsync(answers.WaitAsync);
        await lab.DoAsync(c => c.Nodes[0].Process!.Life.Resume());
        int[] counts = await answers;
        Assert.All(counts, count => Assert.Equal(9, count));
    }

    [Fact]
    public async Task What_is_no_protocol_gets_an_error_and_the_connection_is_closed()
    {
        await using var lab = await SocketLab.StartAsync();
        using var socket = await lab.ConnectAsync(0, stop);
        await socket.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), stop);
        await using var stream = new NetworkStream(socket);
        using var everything = new MemoryStream();
        await stream.CopyToAsync(everything, stop);
        var text = System.Text.Encoding.ASCII.GetString(everything.ToArray());
        Assert.EndsWith("Invalid or unsupported protocol version (71); supported versions are (4/v4, 5/v5)", text, StringComparison.Ordinal);
    }

    /// <summary>Whatever it is, a client that goes on and on is one line.</summary>
    [Theory]
    [InlineData("474554202f20485454502f312e310d0a0d0a", "Invalid or unsupported protocol version (71); supported versions are (4/v4, 5/v5)")]
    [InlineData("16030100f8010000f4030301", "Invalid or unsupported protocol version (22); supported versions are (4/v4, 5/v5)")]
    [InlineData("840000010700000000", "Wrong protocol direction: a response was sent to a server")]
    [InlineData("040000010100000004000300ff", "Not enough bytes to read a value: the frame's body is shorter than it says")]
    [InlineData("040000010700000000040000010700000000040000010700000000", "Unexpected message QUERY, expecting STARTUP or OPTIONS")]
    public async Task Bad_bytes_are_one_line_that_says_what_they_were(string bytes, string what)
    {
        var feed = new LineFeed(TimeProvider.System);
        await using (var lab = await SocketLab.StartAsync(logger: feed))
        {
            using var socket = await lab.ConnectAsync(0, stop);
            await socket.SendAsync(Convert.FromHexString(bytes), stop);
            await socket.ReceiveAsync(new byte[64], stop);
            socket.Shutdown(SocketShutdown.Send);
        }

        var line = Assert.Single(feed.TakeAll());
        Assert.Contains("eqiad-1: 127.", line, StringComparison.Ordinal);
        Assert.Contains($" sent what is no request: {what}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_TLS_whoever_trusts_the_lab_s_authority_gets_in()
    {
        using var folder = new TemporaryFolder();
        await using var lab = await SocketLab.StartAsync(sockets: cluster => new TransportOptions
        {
            Certificate = LabCertificates.Make(folder.Path, cluster.Nodes.Select(n => n.Address.Address), TimeProvider.System.GetUtcNow()),
        });
        using var authority = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(folder.Path, "ca.pem"), stop));
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(authority);
        using var socket = await lab.ConnectAsync(1, stop);
        await using var stream = new SslStream(new NetworkStream(socket));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = lab.Cluster.Nodes[1].Address.Address.ToString(),
            CertificateChainPolicy = trust,
        };
        await stream.AuthenticateAsClientAsync(options, stop);
        await stream.WriteAsync(Options, stop);
        var answer = new byte[9];
        await stream.ReadExactlyAsync(answer, stop);
        Assert.Equal(0x06, answer[4]);

        using var plain = await lab.ConnectAsync(1, stop);
        await plain.SendAsync(Options, stop);
        await using var rest = new NetworkStream(plain);
        await Assert.ThrowsAnyAsync<IOException>(() => rest.ReadExactlyAsync(answer, stop).AsTask());
    }

    [Fact]
    public async Task Of_a_client_that_does_not_read_nothing_more_is_read()
    {
        await using var lab = await SocketLab.StartAsync(
            sockets: _ => new TransportOptions { PendingPause = 64 * 1024, PendingMax = 16 * 1024 * 1024 });
        using var socket = await lab.ConnectAsync(0, stop);
        var many = Enumerable.Repeat(Options, 1000).SelectMany(o => o).ToArray();
        var sent = 0;
        await AssertSilentAsync(async s =>
        {
            while (sent < 1_000_000_000)
            {
                sent += await socket.SendAsync(many, s);
            }
        });
        Assert.InRange(sent, many.Length, 100_000_000);
    }

    private async Task<byte> OpcodeOfAnswerAsync(Socket socket)
    {
        await socket.SendAsync(Options, stop);
        await using var stream = new NetworkStream(socket);
        var header = new byte[9];
        await stream.ReadExactlyAsync(header, stop);
        await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5))], stop);
        return header[4];
    }

    private async Task AssertRefusedAsync(SocketLab lab)
    {
        var refused = await Assert.ThrowsAsync<SocketException>(() => lab.ConnectAsync(0, stop));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    private static async Task AssertSilentAsync(Func<CancellationToken, Task> attempt)
    {
        using var limit = new CancellationTokenSource(Silence, TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt(limit.Token));
    }
}
