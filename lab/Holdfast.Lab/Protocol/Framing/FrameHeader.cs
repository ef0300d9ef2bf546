using System.Buffers.Binary;

namespace Holdfast.Lab.Protocol.Framing;

/// <summary>The nine bytes before a body (section 2).</summary>
/// <param name="Version">Without the direction.</param>
/// <param name="IsResponse">The direction.</param>
/// <param name="Flags">What the body has in front.</param>
/// <param name="Stream">Which request.</param>
/// <param name="Opcode">What the body is.</param>
/// <param name="Length">Of the body; may be anything a client writes.</param>
internal readonly record struct FrameHeader(
    int Version, bool IsResponse, FrameFlags Flags, short Stream, Opcode Opcode, int Length)
{
    public const int Size = 9;

    private const byte ResponseBit = 0x80;

    public static FrameHeader Read(ReadOnlySpan<byte> bytes) => new(
        bytes[0] & ~ResponseBit,
        (bytes[0] & ResponseBit) != 0,
        (FrameFlags)bytes[1],
        BinaryPrimitives.ReadInt16BigEndian(bytes[2..]),
        (Opcode)bytes[4],
        BinaryPrimitives.ReadInt32BigEndian(bytes[5..]));

    public void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)(Version | (IsResponse ? ResponseBit : 0));
        bytes[1] = (byte)Flags;
        BinaryPrimitives.WriteInt16BigEndian(bytes[2..], Stream);
        bytes[4] = (byte)Opcode;
        BinaryPrimitives.WriteInt32BigEndian(bytes[5..], Length);
    }
}
