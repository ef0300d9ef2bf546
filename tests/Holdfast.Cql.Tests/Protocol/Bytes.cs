using System.Buffers.Binary;
using Holdfast.Cql.Protocol;
using Xunit;

namespace Holdfast.Cql.Tests.Protocol;

/// <summary>An envelope that was read, kept by value.</summary>
internal sealed record ReadEnvelope(ProtocolVersion Version, short Stream, Opcode Opcode, byte[] Body);

/// <summary>Bytes written down by hand, and how they reach a reader.</summary>
internal static class Bytes
{
    /// <summary>Hexadecimal digits; blanks separate fields.</summary>
    public static byte[] Hex(string text) =>
        Convert.FromHexString(string.Concat(text.Where(character => !char.IsWhiteSpace(character))));

    /// <summary>Of the header as one number, its first byte being the lowest.</summary>
    public static int Crc24(int header) => (int)Checksums.Crc24([(byte)header, (byte)(header >> 8), (byte)(header >> 16)]);

    /// <summary>A segment made by the specification's words, with the checksums under test elsewhere.</summary>
    public static byte[] Segment(bool selfContained, ReadOnlySpan<byte> payload)
    {
        int header = payload.Length | (selfContained ? 1 << 17 : 0);
        byte[] segment = new byte[6 + payload.Length + 4];
        BinaryPrimitives.WriteInt32LittleEndian(segment, header);
        BinaryPrimitives.WriteUInt16LittleEndian(segment.AsSpan(3), (ushort)Crc24(header));
        segment[5] = (byte)(Crc24(header) >> 16);
        payload.CopyTo(segment.AsSpan(6));
        BinaryPrimitives.WriteUInt32LittleEndian(segment.AsSpan(6 + payload.Length), Checksums.OfPayload(payload));
        return segment;
    }

    /// <summary>Lets a reader receive bytes as a socket would, and reads all that is whole.</summary>
    public static List<ReadEnvelope> Feed(this EnvelopeReader reader, ReadOnlySpan<byte> bytes)
    {
        List<ReadEnvelope> read = [];
        do
        {
            Span<byte> room = reader.GetMemory().Span;
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            bytes = bytes[count..];
            reader.Advance(count);
            bool promised = reader.HasNext;
            while (reader.TryRead(out Envelope envelope))
            {
                promised = reader.HasNext;
                read.Add(new ReadEnvelope(envelope.Version, envelope.Stream, envelope.Opcode, envelope.Body.ToArray()));
            }

            Assert.False(promised, "an envelope was said to be here, and was not");
        }
        while (!bytes.IsEmpty);
        return read;
    }
}
