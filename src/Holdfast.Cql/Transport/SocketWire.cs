using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Holdfast.Cql.Transport;

/// <summary>
/// One TCP connection: a loop that receives into the handler's memory, and a sender (<see cref="WireSender"/>) that is at work only
/// while something waits.
/// </summary>
/// <remarks>
/// The loop is the one place that says Closed, after it has ended its own receiving and the sender has stopped: whoever is told
/// may give every buffer back.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The loop disposes of what it made when the connection ends; the cancellation source has nothing to give back.")]
internal sealed class SocketWire : IWire
{
    // Linux: how long sent bytes may stay unacknowledged before the connection is given up (tcp(7), TCP_USER_TIMEOUT).
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;
    private const int UserTimeoutMs = 10_000;

    private readonly IPEndPoint _endpoint;
    private readonly IWireHandler _handler;
    private readonly TlsClient? _tls;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly WireSender _sender;
    private readonly CancellationTokenSource _ended = new();
    private volatile Socket? _socket;
    private SslStream? _secure;
    private string? _reason;

    public SocketWire(IPEndPoint endpoint, IWireHandler handler, TlsClient? tls, TimeProvider time, TimeSpan timeout)
    {
        _endpoint = endpoint;
        _handler = handler;
        _tls = tls;
        _time = time;
        _timeout = timeout;
        _sender = new WireSender(handler, this);
    }

    /// <summary>Ends when the connection has, and the handler has been told; never fails.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to connect; the loop that is started here ends with the connection.</summary>
    public void Start() => Completion = Task.Run(RunAsync);

    public void Flush() => _sender.Flush();

    public void Close(string reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            // Whoever waits for the socket or the handshake is woken; Closed is told by the loop, on a thread of its own.
            _ended.Cancel();
            _socket?.Dispose();
        }
    }

    /// <summary>Ends the connection because of what went wrong with it.</summary>
    public void Fail(Exception failure) => Close(WireFailure.Describe(failure));

    private async Task RunAsync()
    {
        try
        {
            await OpenAsync();
            _handler.Opened();
            _sender.Open(_socket!, _secure);
            Close(await ReceiveAsync(_socket!, _secure));
        }
        catch (Exception failure) // Whatever it was, also a fault of ours in the handler: this connection is over, and its requests must learn it.
        {
            Fail(failure);
        }

        // Not on the thread that called Close, which may hold what Closed needs.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _sender.StopAsync();
        if (_secure is { } secure)
        {
            await secure.DisposeAsync();
        }

        _socket?.Dispose();
        _handler.Closed(_reason!);
    }

    private async Task OpenAsync()
    {
        using CancellationTokenSource patience = new(_timeout, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _ended.Token);
        string step = "TCP connection";
        try
        {
            Socket socket = MakeSocket(_endpoint.AddressFamily);
            _socket = socket;
            both.Token.ThrowIfCancellationRequested();
            await socket.ConnectAsync(_endpoint, both.Token);
            if (_tls is { } tls)
            {
                step = "TLS handshake";
                _secure = new SslStream(new NetworkStream(socket, ownsSocket: false));
                await _secure.AuthenticateAsClientAsync(tls.For(_endpoint), both.Token);
            }
        }
        catch (Exception) when (patience.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            throw new IOException($"no {step} within {_timeout.TotalSeconds:0.#} s");
        }
    }

    /// <summary>A socket that sends at once and notices a peer that is gone without a word.</summary>
    internal static Socket MakeSocket(AddressFamily family)
    {
        Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes(UserTimeoutMs));
        }

        return socket;
    }

    /// <summary>Receives until the other side ends the connection, and says so.</summary>
    private async Task<string> ReceiveAsync(Socket socket, SslStream? secure)
    {
        while (true)
        {
            Memory<byte> memory = _handler.ReceiveMemory();
            int count = secure is null ? await socket.ReceiveAsync(memory, SocketFlags.None) : await secure.ReadAsync(memory);
            if (count == 0)
            {
                return "the host closed the connection";
            }

            _handler.Received(count);
        }
    }
}
