using System.Buffers.Binary;

namespace Holdfast.Lab.Protocol.Framing;

/// <summary>Takes frames' bytes out of v5 segments. A wrong checksum ends the connection: nothing after it can be trusted.</summary>
internal static class SegmentReader
{
    private const int LengthMask = (1 << 17) - 1;

    /// <summary>Moves the payload of the next whole segment. False when there is none yet.</summary>
    /// <exception cref="ProtocolViolation">A checksum is wrong.</exception>
    public static bool TryMove(ByteQueue segments, ByteQueue frames)
    {
        var bytes = segments.Bytes;
        if (bytes.Length < SegmentWriter.HeaderLength)
        {
            return false;
        }

        int crc = LittleEndian24(bytes[3..]);
        int computed = Crc24.Of(bytes[..3]);
        if (crc != computed)
        {
            throw new ProtocolViolation($"Read invalid header CRC {crc}. Expected {computed}");
        }

        int length = LittleEndian24(bytes) & LengthMask;
        int total = SegmentWriter.HeaderLength + length + SegmentWriter.TrailerLength;
        if (bytes.Length < total)
        {
            return false;
        }

        var payload = bytes.Slice(SegmentWriter.HeaderLength, length);
        uint payloadCrc = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(total - SegmentWriter.TrailerLength)..]);
        if (payloadCrc != Crc32.Of(payload))
        {
            throw new ProtocolViolation($"Read invalid frame payload CRC {payloadCrc}. Expected {Crc32.Of(payload)}");
        }

        frames.Append(payload);
        segments.Drop(total);
        return true;
    }

    private static int LittleEndian24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
