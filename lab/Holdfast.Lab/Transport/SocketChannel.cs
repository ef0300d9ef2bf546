using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Simulation;
using Microsoft.Extensions.Logging;

namespace Holdfast.Lab.Transport;

/// <summary>
/// One client's connection: a reader that hands bytes to the loop thread one piece at a time, and a writer for what the node
/// sends. The node ends it as it likes; the socket is then closed, reset, or left standing without a word.
/// </summary>
internal sealed class SocketChannel : IClientChannel, IDisposable
{
    private readonly Socket socket;
    private readonly Node node;
    private readonly RealTimeDriver driver;
    private readonly TransportOptions options;
    private readonly ILogger logger;
    private readonly TimeProvider clock;
    private readonly PendingOutput output;
    private readonly CancellationTokenSource stop;
    private readonly object gate = new();
    private volatile bool isVanished;
    private NodeProcess? process;
    private bool isDisposed;

    public SocketChannel(Socket socket, Node node, RealTimeDriver driver, TransportOptions options, TimeProvider clock, ILogger logger)
    {
        this.socket = socket;
        this.node = node;
        this.driver = driver;
        this.options = options;
        this.logger = logger;
        this.clock = clock;
        Remote = (IPEndPoint)socket.RemoteEndPoint!;
        socket.NoDelay = true;
        output = new PendingOutput(options.PendingPause, options.PendingMax);
        stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
    }

    public IPEndPoint Remote { get; }

    public bool IsEncrypted => options.Certificate is not null;

    /// <summary>Set once the machine behind it is gone; the socket must then be kept, and reset when the machine is back.</summary>
    public bool IsVanished => isVanished;

    public void Send(ReadOnlyMemory<byte> bytes)
    {
        if (!isVanished && !output.TryAdd(bytes.Span))
        {
            Log.ClientDoesNotRead(logger, node.Name, Remote, options.PendingMax);
            Reset();
        }
    }

    public void Close() => output.Complete();

    public void Reset()
    {
        if (!isVanished)
        {
            ResetSocket();
        }
    }

    public void Vanish()
    {
        isVanished = true;
        Stop();
    }

    /// <summary>Also for what vanished: its machine is back and knows nothing of it.</summary>
    public void ResetSocket()
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The client was faster; there is nothing left to reset.
        }

        socket.Close(0);
        Stop(); // last: whoever it wakes would close the socket in good order
    }

    /// <summary>Runs the connection to its end.</summary>
    public async Task RunAsync()
    {
        ClientConnection? connection = null;
        try
        {
            await using var stream = await OpenAsync().ConfigureAwait(false);
            connection = await driver.InvokeAsync(Accept).ConfigureAwait(false);
            if (connection is null)
            {
                Reset();
                return;
            }

            var writing = WriteAsync(stream);
            await ReadAsync(stream, connection).ConfigureAwait(false);
            output.Complete();
            await writing.ConfigureAwait(false);
        }
        catch (AuthenticationException exception)
        {
            Log.HandshakeFailed(logger, node.Name, Remote, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // How connections end: by the client, by a fault, or with the lab.
        }
        finally
        {
            if (connection is not null)
            {
                driver.Post(connection.Closed);
            }

            if (!isVanished)
            {
                socket.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
        }

        socket.Dispose();
        output.Dispose();
        stop.Dispose();
    }

    private void Stop()
    {
        lock (gate)
        {
            if (!isDisposed)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>On the loop thread. Null when the node takes nobody.</summary>
    private ClientConnection? Accept()
    {
        process = node.Process;
        return process?.Clients.Accept(this);
    }

    /// <summary>On the loop thread. A process that stands still does not read on, and the client's socket fills up.</summary>
    private void Hand(ClientConnection connection, ReadOnlySpan<byte> bytes, TaskCompletionSource taken)
    {
        connection.Receive(bytes);
        process!.Life.Run(taken.SetResult);
    }

    private async Task<Stream> OpenAsync()
    {
        var plain = new NetworkStream(socket, ownsSocket: false);
        if (options.Certificate is null)
        {
            return plain;
        }

        using var limit = new CancellationTokenSource(options.HandshakeTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop.Token);
        var secure = new SslStream(plain);
        try
        {
            var server = new SslServerAuthenticationOptions { ServerCertificate = options.Certificate };
            await secure.AuthenticateAsServerAsync(server, either.Token).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task ReadAsync(Stream stream, ClientConnection connection)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(options.ReadSize);
        try
        {
            while (true)
            {
                await output.DrainedAsync().WaitAsync(stop.Token).ConfigureAwait(false);
                var count = await stream.ReadAsync(buffer.AsMemory(0, options.ReadSize), stop.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return;
                }

                var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                driver.Post(() => Hand(connection, buffer.AsSpan(0, count), taken));
                await taken.Task.WaitAsync(stop.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            if (!stop.IsCancellationRequested)
            {
                ArrayPool<byte>.Shared.Return(buffer); // else the loop thread may still look at it
            }
        }
    }

    /// <summary>Ends by FIN when the node has closed: then the client has a while to read what it was sent and to close too.</summary>
    private async Task WriteAsync(Stream stream)
    {
        try
        {
            await output.SendToAsync(stream, stop.Token).ConfigureAwait(false);
            if (stream is SslStream secure)
            {
                await secure.ShutdownAsync().ConfigureAwait(false);
            }

            socket.Shutdown(SocketShutdown.Send);
            stop.CancelAfter(options.CloseTimeout);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            await stop.CancelAsync().ConfigureAwait(false); // nobody reads: the reader has nothing to wait for either
        }
    }
}
