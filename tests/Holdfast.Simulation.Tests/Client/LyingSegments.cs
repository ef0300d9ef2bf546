using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Transport;
using Holdfast.Lab.Protocol.Framing;
using Holdfast.Lab.Simulation;

namespace Holdfast.Simulation.Tests.Client;

/// <summary>
/// Servers of protocol v5 that lie. Most lies are answers in segments whose checksums hold, so that they are read; the others are about the
/// segments: bits turned, lengths that are not the payload's, answers that lie across several segments or end within one.
/// </summary>
internal sealed class LyingSegments(ITransport honest, LyingTransport answers, Randomness random) : ITransport
{
    private const int EnvelopeHeader = 9;

    /// <summary>The share of the answers that are lies.</summary>
    public double Share { get; set; }

    /// <summary>Lies about segments; those about answers count where they are made.</summary>
    public int SegmentLies { get; private set; }

    public IWire Connect(IPEndPoint endpoint, IWireHandler handler, TimeSpan timeout) =>
        honest.Connect(endpoint, new Liar(this, handler), timeout);

    private byte[] Tell(byte[] envelope, bool framed)
    {
        if (!random.Chance(Share))
        {
            return framed ? Segment(envelope) : envelope;
        }

        if (!framed)
        {
            return answers.Lie(envelope);
        }

        return random.Chance(0.25) ? LieAboutSegment(envelope) : Segment(answers.Lie(envelope));
    }

    private byte[] LieAboutSegment(byte[] envelope)
    {
        SegmentLies++;
        byte[] segment = Segment(envelope);
        switch (random.Next(5))
        {
            case 0:
                segment[random.Next(segment.Length)] ^= (byte)(1 << random.Next(8));
                return segment;
            case 1: // a length with the right checksum that is not the payload's
                return [.. Header(random.Next(SegmentWriter.PayloadMax + 1), random.Chance(0.5)), .. segment[SegmentWriter.HeaderLength..]];
            case 2: // an answer in two segments, each of which says that it is whole
                int half = random.Next(envelope.Length);
                return [.. Segment(envelope[..half]), .. Segment(envelope[half..])];
            case 3: // the first part of an answer, and then another answer
                return [.. Header(envelope.Length, selfContained: false), .. segment[SegmentWriter.HeaderLength..^SegmentWriter.TrailerLength], .. segment[^SegmentWriter.TrailerLength..], .. segment];
            default: // an empty one, and the answer twice
                return [.. Segment([]), .. segment, .. segment];
        }
    }

    private static byte[] Header(int length, bool selfContained)
    {
        Span<byte> header = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(header, length | (selfContained ? 1 << 17 : 0));
        BinaryPrimitives.WriteInt32LittleEndian(header[3..], Crc24.Of(header[..3]));
        return header[..SegmentWriter.HeaderLength].ToArray();
    }

    private static byte[] Segment(byte[] envelope)
    {
        ArrayBufferWriter<byte> segment = new();
        SegmentWriter.Write(segment, envelope);
        return segment.WrittenSpan.ToArray();
    }

    /// <summary>Takes what the node sends apart into answers, and sends each on, as it is or as a lie.</summary>
    private sealed class Liar(LyingSegments transport, IWireHandler handler) : IWireHandler
    {
        private readonly byte[] _received = new byte[64 * 1024];
        private readonly ByteQueue _segments = new();
        private readonly ByteQueue _envelopes = new();
        private bool _framed;

        public bool ExpectsMore => handler.ExpectsMore;

        public void Opened() => handler.Opened();

        public Memory<byte> ReceiveMemory() => _received;

        public void Received(int count)
        {
            (_framed ? _segments : _envelopes).Append(_received.AsSpan(0, count));
            do
            {
                while (TryTake(out byte[] envelope))
                {
                    bool framed = _framed;
                    _framed |= (Opcode)envelope[4] is Opcode.Ready or Opcode.Authenticate;
                    PassOn(transport.Tell(envelope, framed));
                }
            }
            while (_framed && SegmentReader.TryMove(_segments, _envelopes));
        }

        public bool Collect(OutputBuffer output) => handler.Collect(output);

        public void Closed(string reason) => handler.Closed(reason);

        private bool TryTake(out byte[] envelope)
        {
            ReadOnlySpan<byte> bytes = _envelopes.Bytes;
            int length = bytes.Length < EnvelopeHeader ? int.MaxValue : EnvelopeHeader + BinaryPrimitives.ReadInt32BigEndian(bytes[5..]);
            envelope = bytes.Length < length ? [] : bytes[..length].ToArray();
            _envelopes.Drop(envelope.Length);
            return envelope.Length > 0;
        }

        private void PassOn(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                Memory<byte> memory = handler.ReceiveMemory();
                int count = Math.Min(memory.Length, bytes.Length);
                bytes[..count].CopyTo(memory.Span);
                bytes = bytes[count..];
                handler.Received(count);
            }
        }
    }
}
