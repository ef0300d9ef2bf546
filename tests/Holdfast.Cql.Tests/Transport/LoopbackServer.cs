using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Cql.Tests.Transport;

/// <summary>A listening socket on a free port of the loopback, for the other end of a wire.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public LoopbackServer(int backlog = 128)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(backlog);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public async Task<Socket> AcceptAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        return await _listener.AcceptAsync(patience.Token);
    }

    public static async Task<byte[]> ReadAsync(Stream from, int count)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        byte[] bytes = new byte[count];
        await from.ReadExactlyAsync(bytes, patience.Token);
        return bytes;
    }

    public static async Task<string> ReadTextAsync(Stream from, int count) => Encoding.UTF8.GetString(await ReadAsync(from, count));

    public void Dispose() => _listener.Dispose();
}
