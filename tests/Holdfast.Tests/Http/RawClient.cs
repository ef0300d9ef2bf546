using System.Net.Sockets;
using System.Text;

namespace Holdfast.Tests.Http;

/// <summary>One answer, as it stood on the wire.</summary>
internal sealed record RawResponse(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? this[string name] =>
        Headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>A connection that sends exactly the bytes it is given, and reads HTTP/1.1 answers off the socket.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly List<byte> _received = [];
    private NetworkStream? _stream;

    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var client = new RawClient();
        await client._tcp.ConnectAsync(address.Host, address.Port);
        client._stream = client._tcp.GetStream();
        return client;
    }

    /// <summary>One request on a connection of its own.</summary>
    public static async Task<RawResponse> SendOnceAsync(
        Uri address, string method, string target, byte[]? body = null, params string[] headers)
    {
        await using var client = await ConnectAsync(address);
        await client.SendAsync(method, target, body, headers);
        return await client.ReadResponseAsync(isHead: method == "HEAD");
    }

    public Task SendAsync(string method, string target, byte[]? body = null, params string[] headers)
    {
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: test\r\n");
        foreach (var header in headers)
        {
            head.Append(header).Append("\r\n");
        }

        if (body is not null)
        {
            head.Append($"Content-Length: {body.Length}\r\n");
        }

        return SendBytesAsync([.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body ?? []]);
    }

    public async Task SendBytesAsync(byte[] bytes) => await _stream!.WriteAsync(bytes);

    public Task SendTextAsync(string text) => SendBytesAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>No more from this side.</summary>
    public void FinishSending() => _tcp.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection with a reset instead of a farewell.</summary>
    public void Reset()
    {
        _tcp.LingerState = new LingerOption(true, 0);
        _tcp.Close();
    }

    /// <summary>The next answer; null when the server closed the connection instead.</summary>
    public async Task<RawResponse?> TryReadResponseAsync(bool isHead = false)
    {
        int end;
        while ((end = IndexOfHeadEnd()) < 0)
        {
            if (!await ReceiveAsync())
            {
                return null;
            }
        }

        var lines = Encoding.Latin1.GetString([.. _received.Take(end)]).Split("\r\n");
        _received.RemoveRange(0, end + 4);
        var status = int.Parse(lines[0].Split(' ')[1]);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).Select(pair => (pair[0], pair[1])).ToList();
        var response = new RawResponse(status, headers, []);
        if (isHead || status is 204 or 304 or < 200)
        {
            return response;
        }

        return response with { Body = await ReadBodyAsync(response) };
    }

    public async Task<RawResponse> ReadResponseAsync(bool isHead = false) =>
        await TryReadResponseAsync(isHead) ?? throw new IOException("The server closed the connection without an answer.");

    /// <summary>True when the server has closed the connection.</summary>
    public async Task<bool> IsClosedAsync() => !await ReceiveAsync();

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]> ReadBodyAsync(RawResponse response)
    {
        if (response["Transfer-Encoding"] == "chunked")
        {
            return await ReadChunksAsync();
        }

        return await TakeAsync(response["Content-Length"] is { } length ? int.Parse(length) : 0);
    }

    private async Task<byte[]> ReadChunksAsync()
    {
        var body = new List<byte>();
        while (true)
        {
            int lineEnd;
            while ((lineEnd = _received.IndexOf((byte)'\n')) < 0)
            {
                if (!await ReceiveAsync())
                {
                    throw new IOException("The body broke off.");
                }
            }

            var size = Convert.ToInt32(Encoding.ASCII.GetString([.. _received.Take(lineEnd)]).Trim(), 16);
            _received.RemoveRange(0, lineEnd + 1);
            body.AddRange(await TakeAsync(size));
            await TakeAsync(2);
            if (size == 0)
            {
                return [.. body];
            }
        }
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        while (_received.Count < count)
        {
            if (!await ReceiveAsync())
            {
                throw new IOException("The body broke off.");
            }
        }

        byte[] taken = [.. _received.Take(count)];
        _received.RemoveRange(0, count);
        return taken;
    }

    private int IndexOfHeadEnd()
    {
        for (var i = 0; i + 3 < _received.Count; i++)
        {
            if (_received[i] == '\r' && _received[i + 1] == '\n' && _received[i + 2] == '\r' && _received[i + 3] == '\n')
            {
                return i;
            }
        }

        return -1;
    }

    private async Task<bool> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            var count = await _stream!.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromMinutes(4));
            _received.AddRange(buffer.AsSpan(0, count));
            return count > 0;
        }
        catch (IOException)
        {
            return false; // reset by the server
        }
    }
}
