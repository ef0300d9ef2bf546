using System.Buffers.Binary;

namespace Holdfast.Cql.Protocol;

/// <summary>
/// v5 segments: as many whole envelopes as fit travel in one; an envelope larger than a segment is spread over several
/// (native_protocol_v5.spec, section 2).
/// </summary>
internal static class Segments
{
    public const int PayloadMax = 128 * 1024 - 1;
    public const int HeaderLength = 6;
    public const int TrailerLength = 4;

    private const int SelfContained = 1 << 17;

    /// <summary>Wraps a run of whole envelopes.</summary>
    public static void Write(ReadOnlySpan<byte> envelopes, OutputBuffer output)
    {
        while (!envelopes.IsEmpty)
        {
            int whole = WholeEnvelopes(envelopes);
            if (whole > 0)
            {
                Segment(envelopes[..whole], selfContained: true, output);
                envelopes = envelopes[whole..];
                continue;
            }

            int length = EnvelopeLength(envelopes);
            for (int sent = 0; sent < length; sent += PayloadMax)
            {
                Segment(envelopes[sent..Math.Min(length, sent + PayloadMax)], selfContained: false, output);
            }

            envelopes = envelopes[length..];
        }
    }

    /// <summary>The length of the payload, from a header of which every byte is there.</summary>
    public static int ReadHeader(ReadOnlySpan<byte> segment, out bool selfContained)
    {
        if (Three(segment[3..]) != Checksums.Crc24(segment[..3]))
        {
            throw new ProtocolException("a segment's header fails its checksum");
        }

        uint header = Three(segment);
        selfContained = (header & SelfContained) != 0;
        return (int)header & PayloadMax;
    }

    /// <summary>The payload, checked against the trailer behind it.</summary>
    public static ReadOnlySpan<byte> ReadPayload(ReadOnlySpan<byte> payloadAndTrailer)
    {
        ReadOnlySpan<byte> payload = payloadAndTrailer[..^TrailerLength];
        return Checksums.OfPayload(payload) == BinaryPrimitives.ReadUInt32LittleEndian(payloadAndTrailer[payload.Length..])
            ? payload
            : throw new ProtocolException("a segment's payload fails its checksum");
    }

    /// <summary>Only v5 has segments.</summary>
    public static Envelope Require(in Envelope envelope) => envelope.Version == ProtocolVersion.V5
        ? envelope
        : throw new ProtocolException("an answer of another protocol version in a segment");

    private static int WholeEnvelopes(ReadOnlySpan<byte> envelopes)
    {
        int whole = 0;
        while (whole < envelopes.Length)
        {
            int next = whole + EnvelopeLength(envelopes[whole..]);
            if (next > PayloadMax)
            {
                break;
            }

            whole = next;
        }

        return whole;
    }

    private static int EnvelopeLength(ReadOnlySpan<byte> envelope) =>
        Requests.HeaderLength + BinaryPrimitives.ReadInt32BigEndian(envelope[5..]);

    private static void Segment(ReadOnlySpan<byte> payload, bool selfContained, OutputBuffer output)
    {
        Span<byte> segment = output.Append(HeaderLength + payload.Length + TrailerLength);
        int header = payload.Length | (selfContained ? SelfContained : 0);
        Three(segment, (uint)header);
        Three(segment[3..], Checksums.Crc24(segment[..3]));
        payload.CopyTo(segment[HeaderLength..]);
        BinaryPrimitives.WriteUInt32LittleEndian(segment[(HeaderLength + payload.Length)..], Checksums.OfPayload(payload));
    }

    private static uint Three(ReadOnlySpan<byte> at) => (uint)(at[0] | (at[1] << 8) | (at[2] << 16));

    private static void Three(Span<byte> at, uint value)
    {
        at[0] = (byte)value;
        at[1] = (byte)(value >> 8);
        at[2] = (byte)(value >> 16);
    }
}
