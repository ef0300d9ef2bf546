using System.Net.Sockets;
using Holdfast.Lab.Cluster;
using Microsoft.Extensions.Logging;

namespace Holdfast.Lab.Transport;

/// <summary>
/// A node's CQL port. While it is not open the kernel refuses; while the machine is gone it is dark: a port whose queue is
/// full, so that a client's SYN gets no answer, as from a machine without power.
/// </summary>
internal sealed class NodeListener(Node node, TransportOptions options, ILogger logger) : IDisposable
{
    private readonly List<Socket> queued = [];
    private Socket? socket;

    /// <summary>Throws when the port is taken.</summary>
    public void Open(Action<Socket> accepted, Action<Task> keep)
    {
        Dispose();
        socket = Bind(options.Backlog);
        Log.Listening(logger, node.Name, node.Address);
        keep(AcceptAsync(socket, accepted));
    }

    /// <summary>Connections are refused.</summary>
    public void Close() => Dispose();

    /// <summary>Connections get no answer at all.</summary>
    public void Darken()
    {
        Dispose();
        socket = Bind(backlog: 0);
        for (var i = 0; i < 2; i++)
        {
            var filler = new Socket(node.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            queued.Add(filler);
            try
            {
                filler.Connect(node.Address);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // On its way; that is all that is wanted of it.
            }
        }
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
        foreach (var filler in queued)
        {
            filler.Dispose();
        }

        queued.Clear();
    }

    private Socket Bind(int backlog)
    {
        var listener = new Socket(node.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(node.Address);
            listener.Listen(backlog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private static async Task AcceptAsync(Socket listener, Action<Socket> accepted)
    {
        while (true)
        {
            try
            {
                accepted(await listener.AcceptAsync().ConfigureAwait(false));
            }
            catch (Exception exception) when (exception is ObjectDisposedException
                || exception is SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.InvalidArgument })
            {
                return; // closed
            }
            catch (SocketException)
            {
                // The client gave up in the queue.
            }
        }
    }
}
