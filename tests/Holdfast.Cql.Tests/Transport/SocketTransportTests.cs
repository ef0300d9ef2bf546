using System.Net;
using System.Net.Sockets;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Transport;
using Xunit;

namespace Holdfast.Cql.Tests.Transport;

public sealed class SocketTransportTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly SocketTransport _transport = new(null, TimeProvider.System);
    private readonly RecordingHandler _handler = new();

    [Fact]
    public void A_socket_sends_at_once_and_notices_a_peer_that_is_gone()
    {
        using Socket socket = SocketWire.MakeSocket(AddressFamily.InterNetwork);
        byte[] userTimeout = new byte[4];

        Assert.True(socket.NoDelay);
        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(15, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(4, socket.GetRawSocketOption(6, 18, userTimeout));
            Assert.Equal(10_000, BitConverter.ToInt32(userTimeout));
        }
    }

    [Fact]
    public async Task A_refused_connection_is_closed_without_having_been_open()
    {
        IPEndPoint nobody;
        using (LoopbackServer server = new())
        {
            nobody = server.EndPoint;
        }

        _transport.Connect(nobody, _handler, s_patience);

        Assert.Equal("connection refused", await _handler.Closed);
        Assert.False(_handler.WasOpened);
        await ExpectOneCleanEnd();
    }

    [Fact]
    public async Task A_host_that_does_not_accept_is_given_up_in_time()
    {
        using LoopbackServer server = new(backlog: 0);
        List<Socket> queue = [];
        try
        {
            // The queue of a listener takes one or two; what comes then gets no answer.
            for (int i = 0; i < 4; i++)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                queue.Add(socket);
                SocketAsyncEventArgs connect = new() { RemoteEndPoint = server.EndPoint };
                _ = socket.ConnectAsync(connect);
            }

            _transport.Connect(server.EndPoint, _handler, TimeSpan.FromMilliseconds(300));

            Assert.Equal("no TCP connection within 0.3 s", await _handler.Closed);
            Assert.False(_handler.WasOpened);
        }
        finally
        {
            queue.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task What_waited_before_it_was_open_is_sent_and_answers_arrive()
    {
        using LoopbackServer server = new();
        _handler.Enqueue("before"u8);
        IWire wire = _transport.Connect(server.EndPoint, _handler, s_patience);
        wire.Flush();
        using NetworkStream peer = new(await server.AcceptAsync(), ownsSocket: true);

        Assert.Equal("before", await LoopbackServer.ReadTextAsync(peer, 6));
        await peer.WriteAsync("answer"u8.ToArray());
        Assert.Equal("answer", await _handler.ReceiveTextAsync(6));

        wire.Close("enough");
        Assert.Equal("enough", await _handler.Closed);
        await ExpectOneCleanEnd();
    }

    [Fact]
    public async Task The_end_of_what_the_host_sends_is_the_end()
    {
        using LoopbackServer server = new();
        _transport.Connect(server.EndPoint, _handler, s_patience);
        using Socket peer = await server.AcceptAsync();
        await peer.SendAsync("last words"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);

        Assert.Equal("the host closed the connection", await _handler.Closed);
        Assert.Equal("last words", await _handler.ReceiveTextAsync(10));
        await ExpectOneCleanEnd();
    }

    [Fact]
    public async Task A_reset_is_told_as_one()
    {
        using LoopbackServer server = new();
        _transport.Connect(server.EndPoint, _handler, s_patience);
        Socket peer = await server.AcceptAsync();
        await _handler.Opened;
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();

        Assert.Equal("connection reset by the host", await _handler.Closed);
        await ExpectOneCleanEnd();
    }

    [Fact]
    public async Task What_is_no_protocol_ends_the_connection_with_its_reason()
    {
        using LoopbackServer server = new();
        _handler.WhenReceived = _ => throw new ProtocolException("nonsense arrived");
        _transport.Connect(server.EndPoint, _handler, s_patience);
        using Socket peer = await server.AcceptAsync();
        await peer.SendAsync(new byte[] { 1 });

        Assert.Equal("nonsense arrived", await _handler.Closed);
        await ExpectOneCleanEnd();
    }

    [Fact]
    public async Task A_fault_in_the_handler_ends_the_connection_too_and_tells_no_content()
    {
        using LoopbackServer server = new();
        _handler.WhenReceived = _ => throw new InvalidOperationException("secret");
        _transport.Connect(server.EndPoint, _handler, s_patience);
        using Socket peer = await server.AcceptAsync();
        await peer.SendAsync(new byte[] { 1 });

        Assert.Equal("a fault in this process: InvalidOperationException", await _handler.Closed);
        await ExpectOneCleanEnd();
    }

    [Fact]
    public async Task A_fault_while_collecting_ends_the_connection_too()
    {
        using LoopbackServer server = new();
        IWire wire = _transport.Connect(server.EndPoint, _handler, s_patience);
        using Socket peer = await server.AcceptAsync();
        await _handler.Opened;
        _handler.WhenCollecting = () => throw new OverflowException("secret");
        wire.Flush();

        Assert.Equal("a fault in this process: OverflowException", await _handler.Closed);
    }

    private async Task ExpectOneCleanEnd()
    {
        await _handler.Closed;
        await Task.Yield();
        Assert.Equal(1, _handler.ClosedCount);
        Assert.Empty(_handler.Breaches);
    }
}
