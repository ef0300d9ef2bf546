using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Framing;
using Holdfast.Lab.Transport.Memory;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>
/// A client in memory that writes frames by hand, v4 unless told otherwise: enough to see what a driver would. In v5 its frames
/// travel in segments from the answer to STARTUP on.
/// </summary>
internal sealed class WireClient : IClientChannel, IMemoryClient
{
    private readonly List<byte> received = [];
    private readonly Action<byte[]> send;
    private readonly ByteQueue segments = new();
    private readonly ByteQueue unwrapped = new();
    private bool isSegmented;
    private short stream;

    /// <summary>Straight at the node, with no network between.</summary>
    public WireClient(Node node)
    {
        var connection = node.Process!.Clients.Accept(this) ?? throw new InvalidOperationException("refused");
        send = frame => connection.Receive(frame);
    }

    /// <summary>Through the network; it is not open yet.</summary>
    public WireClient(MemoryNetwork network, IPEndPoint address)
    {
        Connection = network.Connect(address, this);
        send = frame => Connection.Send(frame);
    }

    public MemoryConnection? Connection { get; }

    public byte Version { get; init; } = 4;

    /// <summary>A segment's checksum did not hold.</summary>
    public bool WasCorrupted { get; private set; }

    /// <summary>All bytes as they came.</summary>
    public List<byte> Raw { get; } = [];

    public bool HasOpened { get; private set; }

    public bool HasDrained { get; private set; }

    public IPEndPoint Remote { get; } = new(IPAddress.Loopback, 40_000);

    public string? Ended { get; private set; }

    public List<Frame> Frames { get; } = [];

    /// <summary>The bytes of a frame that has not come whole.</summary>
    public IReadOnlyList<byte> Unfinished => received;

    public IEnumerable<Frame> Events => Frames.Where(f => f.Opcode == 0x0C);

    public void Send(ReadOnlyMemory<byte> bytes) => Received(bytes.Span);

    public void Opened() => HasOpened = true;

    public void Drained() => HasDrained = true;

    public void Closed(ConnectionEnd end) => Ended = end.ToString();

    public void Received(ReadOnlySpan<byte> bytes)
    {
        Raw.AddRange(bytes);
        Unwrap(bytes);
        while (received.Count >= 9)
        {
            var header = received.GetRange(0, 9).ToArray();
            var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5));
            if (received.Count < 9 + length)
            {
                return;
            }

            Frames.Add(new Frame(
                BinaryPrimitives.ReadInt16BigEndian(header.AsSpan(2)), header[4], received.GetRange(9, length).ToArray(), header[1]));
            received.RemoveRange(0, 9 + length);
            isSegmented |= Version == 5 && header[4] is 0x02 or 0x03;
        }
    }

    private void Unwrap(ReadOnlySpan<byte> bytes)
    {
        if (!isSegmented)
        {
            received.AddRange(bytes);
            return;
        }

        segments.Append(bytes);
        try
        {
            while (SegmentReader.TryMove(segments, unwrapped))
            {
                received.AddRange(unwrapped.Bytes);
                unwrapped.Drop(unwrapped.Count);
            }
        }
        catch (ProtocolViolation)
        {
            WasCorrupted = true;
        }
    }

    public void Close() => Ended = "closed";

    public void Reset() => Ended = "reset";

    public void Vanish() => Ended = "vanished";

    public short Startup() => Ask(0x01, [0, 1, .. Text("CQL_VERSION"), .. Text("3.0.0")]);

    public short Authenticate(string user, string password) => Ask(0x0F, LongText($"\0{user}\0{password}"));

    public short Register(params string[] events) => Ask(0x0B, [.. Short(events.Length), .. events.SelectMany(Text)]);

    public short Query(string query, ushort level = 6) => Ask(0x07, QueryBody(query, level));

    public byte[] QueryBody(string query, ushort level = 6) => [.. LongText(query), .. Short(level), .. Version == 5 ? Int(0) : [0]];

    /// <summary>A value for each name.</summary>
    public short QueryNamed(string query, params (string Name, string Value)[] values) => Ask(
        0x07,
        [.. LongText(query), .. Short(1), 0x41, .. Short(values.Length), .. values.SelectMany(v => (byte[])[.. Text(v.Name), .. LongText(v.Value)])]);

    public short Prepare(string query) => Ask(0x09, [.. LongText(query), .. Version == 5 ? Int(0) : []]);

    /// <summary>At most so many rows at once; from where an earlier page ended.</summary>
    public short QueryPage(string query, int pageSize, byte[]? state = null) => Ask(
        0x07,
        [.. LongText(query), .. Short(1), (byte)(state is null ? 0x04 : 0x0C), .. Int(pageSize), .. state is null ? [] : (byte[])[.. Int(state.Length), .. state]]);

    /// <summary>Values as text.</summary>
    public short Execute(byte[] id, ushort level, params string[] values) => Ask(
        0x0A,
        [.. Short(id.Length), .. id, .. Short(level), 0x01, .. Short(values.Length), .. values.SelectMany(LongText)]);

    public Frame? AnswerTo(short asked) => Frames.Find(f => f.Stream == asked);

    public short Ask(byte opcode, byte[] body, byte flags = 0)
    {
        stream++;
        byte[] frame = [Version, flags, .. Short(stream), opcode, .. Int(body.Length), .. body];
        if (isSegmented)
        {
            ArrayBufferWriter<byte> segment = new();
            SegmentWriter.Write(segment, frame);
            frame = segment.WrittenSpan.ToArray();
        }

        send(frame);
        return stream;
    }

    private static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Int(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Text(string text) => [.. Short(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] LongText(string text) => [.. Int(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    internal sealed record Frame(short Stream, byte Opcode, byte[] Body, byte Flags = 0)
    {
        public int Code => BinaryPrimitives.ReadInt32BigEndian(Body);

        public bool IsError => Opcode == 0;

        public string Printable => Encoding.Latin1.GetString(Body);

        /// <summary>Of an ERROR: the message after the code.</summary>
        public string Message => Encoding.UTF8.GetString(Body, 6, BinaryPrimitives.ReadUInt16BigEndian(Body.AsSpan(4)));

        /// <summary>Of a PREPARED result: the statement's id.</summary>
        public byte[] PreparedId => Body.AsSpan(6, BinaryPrimitives.ReadUInt16BigEndian(Body.AsSpan(4))).ToArray();
    }
}
