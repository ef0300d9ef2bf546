using System.Buffers;
using System.Buffers.Binary;

namespace Holdfast.Lab.Protocol.Framing;

/// <summary>Wraps frames in v5 segments: one for a small frame, several for one that does not fit.</summary>
internal static class SegmentWriter
{
    /// <summary>17 bits of length.</summary>
    public const int PayloadMax = (1 << 17) - 1;

    public const int HeaderLength = 6;
    public const int TrailerLength = 4;

    private const int SelfContained = 1 << 17;

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> frame)
    {
        int flag = frame.Length <= PayloadMax ? SelfContained : 0;
        do
        {
            var payload = frame[..Math.Min(frame.Length, PayloadMax)];
            WriteOne(output, payload, flag);
            frame = frame[payload.Length..];
        }
        while (!frame.IsEmpty);
    }

    private static void WriteOne(IBufferWriter<byte> output, ReadOnlySpan<byte> payload, int flag)
    {
        int length = HeaderLength + payload.Length + TrailerLength;
        var segment = output.GetSpan(length)[..length];
        WriteLittleEndian24(segment, payload.Length | flag);
        WriteLittleEndian24(segment[3..], Crc24.Of(segment[..3]));
        payload.CopyTo(segment[HeaderLength..]);
        BinaryPrimitives.WriteUInt32LittleEndian(segment[^TrailerLength..], Crc32.Of(payload));
        output.Advance(length);
    }

    private static void WriteLittleEndian24(Span<byte> destination, int value)
    {
        destination[0] = (byte)value;
        destination[1] = (byte)(value >> 8);
        destination[2] = (byte)(value >> 16);
    }
}
