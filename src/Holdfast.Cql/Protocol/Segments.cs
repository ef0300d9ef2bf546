using System.Buffers.Binary;

namespace Holdfast.Cql.Protocol;

/// <summary>
/// v5 segments going out: as many whole envelopes as fit travel in one; an envelope larger than a segment is spread over
/// several (native_protocol_v5.spec, section 2).
/// </summary>
internal static class Segments
{
    public const int PayloadMax = 128 * 1024 - 1;
    public const int HeaderLength = 6;
    public const int TrailerLength = 4;
    public const int SelfContained = 1 << 17;

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

    private static void Three(Span<byte> at, uint value)
    {
        at[0] = (byte)value;
        at[1] = (byte)(value >> 8);
        at[2] = (byte)(value >> 16);
    }
}
