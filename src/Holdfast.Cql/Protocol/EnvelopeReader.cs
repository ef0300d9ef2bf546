using System.Buffers.Binary;

namespace Holdfast.Cql.Protocol;

/// <summary>
/// From received bytes to envelopes, in place: bytes are received into pooled buffers and envelopes are read where they lie.
/// Only what is cut off by a buffer's end, or spread over several segments, is moved.
/// </summary>
internal sealed class EnvelopeReader(int envelopeBytesMax)
{
    private const int BufferSize = 64 * 1024;
    private const int ReceiveMin = 4 * 1024;

    private ReceiveBuffer? _buffer;
    private int _read;
    private int _written;
    private int _segmentEnd;
    private bool _segments;
    private ReceiveBuffer? _spread;
    private int _spreadLength;
    private int _spreadWritten;
    private bool _spreadReady;

    /// <summary>From now on envelopes travel in segments (v5, after the answer to STARTUP).</summary>
    public void UseSegments() => _segments = true;

    /// <summary>Where to receive the next bytes.</summary>
    public Memory<byte> GetMemory()
    {
        int needed = Math.Max(ReceiveMin, Needed());
        if (_buffer is null)
        {
            _buffer = new ReceiveBuffer(Math.Max(BufferSize, needed));
            _read = _written = _segmentEnd = 0;
        }
        else if (_read == _written && !_buffer.IsShared && _buffer.Array.Length >= needed)
        {
            _read = _written = _segmentEnd = 0;
        }
        else if (_buffer.Array.Length - _written < needed)
        {
            Move(needed);
        }

        return _buffer.Array.AsMemory(_written);
    }

    /// <summary>So many bytes were received.</summary>
    public void Advance(int count) => _written += count;

    /// <summary>The next envelope that has arrived whole.</summary>
    /// <exception cref="ProtocolException">What arrived is no envelope.</exception>
    public bool TryRead(out Envelope envelope)
    {
        if (!_segments)
        {
            return TryEnvelope(_written, out envelope);
        }

        if (_spreadReady)
        {
            // Its reader has had its turn: whoever needs it longer holds a lease.
            _spread!.Release();
            _spread = null;
            _spreadReady = false;
        }

        while (true)
        {
            if (_read < _segmentEnd)
            {
                if (!TryEnvelope(_segmentEnd, out envelope))
                {
                    throw new ProtocolException("a self-contained segment ends within an envelope");
                }

                _read += _read == _segmentEnd ? Segments.TrailerLength : 0;
                return true;
            }

            if (!TrySegment(out ReadOnlySpan<byte> part))
            {
                envelope = default;
                return false;
            }

            if (part.Length > 0 && Gather(part))
            {
                envelope = ReadHeader(_spread!.Array.AsSpan(0, _spreadLength), _spread, 0);
                _spreadReady = true;
                return true;
            }
        }
    }

    /// <summary>Gives the buffers back; the reader is not used again.</summary>
    public void Close()
    {
        _buffer?.Release();
        _buffer = null;
        _spread?.Release();
        _spread = null;
    }

    /// <summary>How much room what is half here still needs.</summary>
    private int Needed()
    {
        int have = _written - _read;
        if (_buffer is null || have == 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> bytes = _buffer.Array.AsSpan(_read, have);
        if (_segments && _read >= _segmentEnd)
        {
            return have < 3 ? 0 : Segments.HeaderLength + SegmentLength(bytes) + Segments.TrailerLength - have;
        }

        return have < Requests.HeaderLength ? 0 : Requests.HeaderLength + BodyLength(bytes) - have;
    }

    private void Move(int needed)
    {
        int have = _written - _read;
        ReceiveBuffer old = _buffer!;
        ReceiveBuffer next = new(Math.Max(BufferSize, have + needed));
        old.Array.AsSpan(_read, have).CopyTo(next.Array);
        _segmentEnd = Math.Max(0, _segmentEnd - _read);
        _buffer = next;
        _read = 0;
        _written = have;
        old.Release();
    }

    private bool TryEnvelope(int end, out Envelope envelope)
    {
        envelope = default;
        if (_buffer is null || end - _read < Requests.HeaderLength)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _buffer.Array.AsSpan(_read, end - _read);
        int length = Requests.HeaderLength + BodyLength(bytes);
        if (bytes.Length < length)
        {
            return false;
        }

        envelope = ReadHeader(bytes[..length], _buffer, _read);
        _read += length;
        return true;
    }

    private int BodyLength(ReadOnlySpan<byte> header)
    {
        if ((header[0] & 0x80) == 0)
        {
            throw new ProtocolException("a request where an answer was expected");
        }

        if ((header[0] & 0x7F) is not (3 or 4 or 5))
        {
            throw new ProtocolException($"an answer of protocol version {header[0] & 0x7F}");
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(header[5..]);
        return length >= 0 && length <= envelopeBytesMax
            ? length
            : throw new ProtocolException($"an answer of {length} bytes");
    }

    private static Envelope ReadHeader(ReadOnlySpan<byte> envelope, ReceiveBuffer buffer, int start)
    {
        const byte compressed = 0x01;
        const byte tracing = 0x02;
        const byte payload = 0x04;
        const byte warning = 0x08;
        byte flags = envelope[1];
        if ((flags & compressed) != 0)
        {
            throw new ProtocolException("a compressed answer, which was not agreed on");
        }

        BodyReader body = new(envelope[Requests.HeaderLength..]);
        if ((flags & tracing) != 0)
        {
            body.Skip(16);
        }

        if ((flags & warning) != 0)
        {
            for (int i = body.Short(); i > 0; i--)
            {
                body.Skip(body.Short());
            }
        }

        if ((flags & payload) != 0)
        {
            for (int i = body.Short(); i > 0; i--)
            {
                body.Skip(body.Short());
                _ = body.Bytes();
            }
        }

        ProtocolVersion version = (envelope[0] & 0x7F) == 5 ? ProtocolVersion.V5 : ProtocolVersion.V4;
        short stream = BinaryPrimitives.ReadInt16BigEndian(envelope[2..]);
        int offset = envelope.Length - body.Left;
        return new Envelope(version, stream, (Opcode)envelope[4], buffer, start + offset, body.Left);
    }

    private static int SegmentLength(ReadOnlySpan<byte> header) =>
        (header[0] | (header[1] << 8) | (header[2] << 16)) & Segments.PayloadMax;

    /// <summary>
    /// The next segment: a self-contained one is read where it lies and <paramref name="part"/> is empty; of another one it is the
    /// payload.
    /// </summary>
    private bool TrySegment(out ReadOnlySpan<byte> part)
    {
        part = default;
        int have = _written - _read;
        if (_buffer is null || have < Segments.HeaderLength)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _buffer.Array.AsSpan(_read, have);
        uint crc = (uint)(bytes[3] | (bytes[4] << 8) | (bytes[5] << 16));
        if (Checksums.Crc24(bytes[..3]) != crc)
        {
            throw new ProtocolException("a segment's header fails its checksum");
        }

        int length = SegmentLength(bytes);
        if (have < Segments.HeaderLength + length + Segments.TrailerLength)
        {
            return false;
        }

        ReadOnlySpan<byte> payload = bytes.Slice(Segments.HeaderLength, length);
        if (Checksums.OfPayload(payload) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[(Segments.HeaderLength + length)..]))
        {
            throw new ProtocolException("a segment's payload fails its checksum");
        }

        bool selfContained = (bytes[2] & (Segments.SelfContained >> 16)) != 0;
        if (selfContained)
        {
            if (_spread is not null)
            {
                throw new ProtocolException("a self-contained segment within an envelope that is spread over several");
            }

            _read += Segments.HeaderLength;
            _segmentEnd = _read + length;
            _read += length == 0 ? Segments.TrailerLength : 0;
            return true;
        }

        _read += Segments.HeaderLength + length + Segments.TrailerLength;
        _segmentEnd = _read;
        part = payload;
        return true;
    }

    /// <summary>Another part of an envelope that is spread over segments; true when that was the last.</summary>
    private bool Gather(ReadOnlySpan<byte> part)
    {
        if (_spread is null)
        {
            if (part.Length < Requests.HeaderLength)
            {
                throw new ProtocolException("the first part of a spread envelope is shorter than its header");
            }

            _spreadLength = Requests.HeaderLength + BodyLength(part);
            _spread = new ReceiveBuffer(_spreadLength);
            _spreadWritten = 0;
        }

        if (part.Length > _spreadLength - _spreadWritten)
        {
            throw new ProtocolException("a spread envelope is longer than it said");
        }

        part.CopyTo(_spread.Array.AsSpan(_spreadWritten));
        _spreadWritten += part.Length;
        return _spreadWritten == _spreadLength;
    }
}
