using System.Buffers.Binary;

namespace Holdfast.Cql.Protocol;

/// <summary>The nine bytes before a message (section 2 of the specifications), checked.</summary>
internal readonly record struct EnvelopeHeader(byte Version, byte Flags, short Stream, Opcode Opcode, int BodyLength)
{
    public const int Length = Requests.HeaderLength;

    /// <summary>What anything but a RESULT may be long: those are short, and are made objects of.</summary>
    public const int ControlLengthMax = 256 * 1024;

    private const byte Response = 0x80;
    private const byte Compressed = 0x01;
    private const byte Tracing = 0x02;
    private const byte CustomPayload = 0x04;
    private const byte Warning = 0x08;

    /// <summary>How long the body is said to be, unchecked.</summary>
    public static int BodyLengthOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32BigEndian(header[5..]);

    public static EnvelopeHeader Read(ReadOnlySpan<byte> header, int lengthMax)
    {
        if ((header[0] & Response) == 0)
        {
            throw new ProtocolException("a request where an answer was expected");
        }

        // 3 is what a server too old for us refuses in; its words are worth reading.
        int version = header[0] & ~Response;
        if (version is not (3 or 4 or 5))
        {
            throw new ProtocolException($"an answer of protocol version {version}");
        }

        if ((header[1] & Compressed) != 0)
        {
            throw new ProtocolException("a compressed answer, which was not agreed on");
        }

        Opcode opcode = (Opcode)header[4];
        int limit = opcode switch
        {
            Opcode.Result => lengthMax,
            Opcode.Error or Opcode.Ready or Opcode.Authenticate or Opcode.Supported or Opcode.Event or Opcode.AuthChallenge
                or Opcode.AuthSuccess => Math.Min(lengthMax, ControlLengthMax),
            _ => throw new ProtocolException($"an answer with opcode 0x{(byte)opcode:X2}"),
        };
        int length = BodyLengthOf(header);
        return length >= 0 && length <= limit
            ? new EnvelopeHeader((byte)version, header[1], BinaryPrimitives.ReadInt16BigEndian(header[2..]), opcode, length)
            : throw new ProtocolException($"an answer of {length} bytes where {limit} are the most");
    }

    /// <summary>The envelope whose body, of <see cref="BodyLength"/> bytes, stands at <paramref name="offset"/>.</summary>
    public Envelope Locate(ReceiveBuffer buffer, int offset)
    {
        int skipped = MessageOffset(buffer.Array.AsSpan(offset, BodyLength));
        ProtocolVersion version = Version == (byte)ProtocolVersion.V5 ? ProtocolVersion.V5 : ProtocolVersion.V4;
        return new Envelope(version, Stream, Opcode, buffer, offset + skipped, BodyLength - skipped);
    }

    /// <summary>How much of a body stands before the message: tracing id, warnings, custom payload, in this order (section 4).</summary>
    private int MessageOffset(ReadOnlySpan<byte> body)
    {
        if ((Flags & (Tracing | Warning | CustomPayload)) == 0)
        {
            return 0;
        }

        BodyReader reader = new(body);
        if ((Flags & Tracing) != 0)
        {
            reader.Skip(16);
        }

        if ((Flags & Warning) != 0)
        {
            for (int left = reader.Short(); left > 0; left--)
            {
                _ = reader.ShortBytes();
            }
        }

        if ((Flags & CustomPayload) != 0)
        {
            for (int left = reader.Short(); left > 0; left--)
            {
                _ = reader.ShortBytes();
                _ = reader.Bytes();
            }
        }

        return body.Length - reader.Left;
    }
}
