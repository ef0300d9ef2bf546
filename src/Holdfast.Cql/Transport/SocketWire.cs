using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Transport;

/// <summary>
/// One TCP connection: a loop that receives into the handler's memory, and a sender that is at work only while something waits.
/// </summary>
internal sealed class SocketWire(IPEndPoint endpoint, IWireHandler handler, TlsClient? tls, TimeProvider time, TimeSpan timeout)
    : IWire, IDisposable
{
    private const int Idle = 0;
    private const int Sending = 1;
    private const int SendingAndAskedAgain = 2;

    // Linux: how long sent bytes may stay unacknowledged before the connection is given up (tcp(7), TCP_USER_TIMEOUT).
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;
    private const int UserTimeoutMs = 10_000;

    private readonly Socket _socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    private readonly OutputBuffer _output = new();
    private readonly CancellationTokenSource _ended = new();
    private Stream? _secure;
    private string? _reason;
    private int _sender = SendingAndAskedAgain; // until it is open, nothing is sent
    private int _told;

    /// <summary>Begins to connect; the loop that is started here ends with the connection and tells the handler how.</summary>
    public void Start() => Completion = Task.Run(RunAsync);

    /// <summary>Ends when the connection has, and the handler has been told.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Flush()
    {
        while (true)
        {
            int now = Volatile.Read(ref _sender);
            if (now == SendingAndAskedAgain)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _sender, now + 1, now) == now)
            {
                if (now == Idle)
                {
                    Send();
                }

                return;
            }
        }
    }

    public void Close(string reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        _ended.Cancel();
        _socket.Dispose();
    }

    /// <summary>Ends the connection and forgets it: once it is over, or when it is not wanted any more.</summary>
    public void Dispose()
    {
        Close("disposed");
        _ended.Dispose();
    }

    private async Task RunAsync()
    {
        string reason;
        try
        {
            await OpenAsync();
            handler.Opened();
            Volatile.Write(ref _sender, Sending);
            Send();
            reason = await ReceiveAsync();
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException
            or ObjectDisposedException or AuthenticationException or ProtocolException)
        {
            reason = Describe(failure);
        }

        Tell(reason);
    }

    private async Task OpenAsync()
    {
        using CancellationTokenSource patience = new(timeout, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _ended.Token);
        _socket.NoDelay = true;
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
        _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        if (OperatingSystem.IsLinux())
        {
            _socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes(UserTimeoutMs));
        }

        try
        {
            await _socket.ConnectAsync(endpoint, both.Token);
            if (tls is not null)
            {
                SslStream secure = new(new NetworkStream(_socket, ownsSocket: false));
                await secure.AuthenticateAsClientAsync(tls.For(endpoint.Address.ToString()), both.Token);
                _secure = secure;
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            throw new IOException($"no connection within {timeout.TotalSeconds:0.#} s");
        }
    }

    private async Task<string> ReceiveAsync()
    {
        while (true)
        {
            Memory<byte> memory = handler.ReceiveMemory();
            int count = _secure is { } secure
                ? await secure.ReadAsync(memory)
                : await _socket.ReceiveAsync(memory, SocketFlags.None);
            if (count == 0)
            {
                return "the host closed the connection";
            }

            handler.Received(count);
        }
    }

    /// <summary>Sends what waits, on this thread as long as the socket takes it, and otherwise goes on when it does.</summary>
    private void Send()
    {
        ValueTask sending = SendAllAsync();
        if (!sending.IsCompletedSuccessfully)
        {
            // It never fails: what goes wrong ends the connection, of which the receiving loop tells.
            _ = sending.AsTask();
        }
    }

    private async ValueTask SendAllAsync()
    {
        try
        {
            while (true)
            {
                while (handler.Collect(_output))
                {
                    if (_secure is { } secure)
                    {
                        await secure.WriteAsync(_output.Written);
                    }
                    else
                    {
                        ReadOnlyMemory<byte> left = _output.Written;
                        while (!left.IsEmpty)
                        {
                            left = left[await _socket.SendAsync(left, SocketFlags.None)..];
                        }
                    }

                    _output.Clear();
                }

                if (Interlocked.CompareExchange(ref _sender, Idle, Sending) == Sending)
                {
                    return;
                }

                Volatile.Write(ref _sender, Sending);
            }
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            Close(Describe(failure));
        }
    }

    private void Tell(string reason)
    {
        Close(reason);
        if (Interlocked.Exchange(ref _told, 1) == 0)
        {
            handler.Closed(_reason ?? reason);
        }
    }

    private string Describe(Exception failure) => _reason ?? failure switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => "connection reset by the host",
        AuthenticationException => $"TLS failed: {failure.InnerException?.Message ?? failure.Message}",
        _ => failure.Message,
    };
}
