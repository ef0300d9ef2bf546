using System.Net;
using System.Net.Sockets;

namespace Holdfast.LabLoop;

/// <summary>One connection to the node.</summary>
internal sealed class NodeConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[1 << 18];
    private int start;
    private int end;

    public static async Task<NodeConnection> OpenAsync(IPEndPoint node, CancellationToken cancellation)
    {
        NodeConnection connection = new();
        await connection.socket.ConnectAsync(node, cancellation);
        _ = await connection.AskAsync(Frames.OfStartup(), cancellation);
        return connection;
    }

    /// <summary>Sends a frame and gives the answer's body; an ERROR is an exception.</summary>
    public async Task<byte[]> AskAsync(byte[] frame, CancellationToken cancellation)
    {
        _ = await socket.SendAsync(frame, cancellation);
        while (true)
        {
            if (TryTake(out byte opcode, out var body))
            {
                return opcode == Frames.Error
                    ? throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(body.Span[6..]))
                    : body.ToArray();
            }

            await FillAsync(cancellation);
        }
    }

    /// <summary>Keeps reads in flight until the round is over, and the answers have come in.</summary>
    /// <returns>How many answers with a row came in.</returns>
    public async Task<long> ReadOnAsync(
        byte[][] reads, int inFlight, int rowLength, Func<bool> isOver, Random random, CancellationToken cancellation)
    {
        byte[] burst = new byte[reads.Max(r => r.Length) * inFlight];
        long answered = 0;
        int waiting = 0;
        int next = inFlight;
        while (true)
        {
            int length = 0;
            for (; next > 0 && !isOver(); next--)
            {
                byte[] read = reads[random.Next(reads.Length)];
                read.CopyTo(burst, length);
                Frames.SetStream(burst.AsSpan(length), (short)next);
                length += read.Length;
                waiting++;
            }

            if (waiting == 0)
            {
                return answered;
            }

            if (length > 0)
            {
                _ = await socket.SendAsync(burst.AsMemory(0, length), cancellation);
            }

            await FillAsync(cancellation);
            while (TryTake(out byte opcode, out var body))
            {
                if (opcode != Frames.Result || body.Length < rowLength)
                {
                    throw new InvalidOperationException($"A read was answered by opcode {opcode} with {body.Length} bytes.");
                }

                answered++;
                waiting--;
                next++;
            }
        }
    }

    public void Dispose() => socket.Dispose();

    private bool TryTake(out byte opcode, out ReadOnlyMemory<byte> body)
    {
        opcode = 0;
        body = default;
        if (end - start < Frames.HeaderSize)
        {
            return false;
        }

        int length = Frames.BodyLength(buffer.AsSpan(start));
        if (end - start < Frames.HeaderSize + length)
        {
            return false;
        }

        opcode = buffer[start + 4];
        body = buffer.AsMemory(start + Frames.HeaderSize, length);
        start += Frames.HeaderSize + length;
        return true;
    }

    private async Task FillAsync(CancellationToken cancellation)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        int received = await socket.ReceiveAsync(buffer.AsMemory(end), cancellation);
        end += received > 0 ? received : throw new InvalidOperationException("The node closed the connection.");
    }
}
