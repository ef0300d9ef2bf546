namespace Holdfast.Cql.Protocol;

/// <summary>
/// From received bytes to envelopes, in place: bytes are received into pooled buffers and envelopes are read where they lie.
/// Only what is cut off by a buffer's end, or spread over several segments, is moved. One thread at a time.
/// </summary>
/// <remarks>
/// Memory follows what has arrived, never what was announced: a buffer grows by doubling while bytes really come, and a grown
/// one is given back as soon as it is read. After a <see cref="ProtocolException"/> every further read fails.
/// </remarks>
internal sealed class EnvelopeReader(int envelopeBytesMax)
{
    /// <summary>With less room than this left in a buffer, receiving into it is not worth a call.</summary>
    private const int ReceiveMin = 4 * 1024;

    private readonly Reassembly _reassembly = new(envelopeBytesMax);
    private ReceiveBuffer? _buffer;
    private int _read;
    private int _written;

    /// <summary>How many bytes from <see cref="_read"/> the envelope or segment there takes; zero while that is not known.</summary>
    private int _needed;

    /// <summary>Where the checked payload that is being read ends; not after <see cref="_read"/> when none is.</summary>
    private int _payloadEnd;

    private bool _segments;
    private bool _failed;

    /// <summary>From now on envelopes travel in segments (v5, after the answer to STARTUP).</summary>
    public void UseSegments()
    {
        _segments = true;
        _needed = 0;
        _payloadEnd = _read;
    }

    /// <summary>Where to receive the next bytes; ends the life of envelopes without a lease.</summary>
    public Memory<byte> GetMemory()
    {
        ReceiveBuffer buffer = _buffer ??= new ReceiveBuffer(ReceiveBuffer.DefaultSize);
        int size = buffer.Array.Length;
        bool isLarge = size > ReceiveBuffer.DefaultSize;
        bool fits = _needed > 0 && _read + _needed <= size;
        if (_read == _written && !isLarge && !buffer.IsShared)
        {
            _read = _written = _payloadEnd = 0;
        }
        else if ((!fits && size - _written < ReceiveMin) || (isLarge && Math.Max(_needed, _written - _read) <= ReceiveBuffer.DefaultSize))
        {
            Move(buffer);
        }

        return _buffer.Array.AsMemory(_written);
    }

    /// <summary>So many bytes were received.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (_buffer?.Array.Length ?? 0) - _written);
        _written += count;
    }

    /// <summary>True when the next envelope lies here whole, and checked where there are checksums: reading it takes no time to speak of.</summary>
    public bool HasNext
    {
        get
        {
            if (_segments || _buffer is not { } buffer)
            {
                return _read < _payloadEnd;
            }

            ReadOnlySpan<byte> received = buffer.Array.AsSpan(_read, _written - _read);
            return received.Length >= EnvelopeHeader.Length && EnvelopeHeader.BodyLengthOf(received) <= received.Length - EnvelopeHeader.Length;
        }
    }

    /// <summary>The next envelope that has arrived whole. Ends the life of the one before, unless that is leased.</summary>
    /// <exception cref="ProtocolException">What arrived is no envelope.</exception>
    public bool TryRead(out Envelope envelope)
    {
        _reassembly.Recycle();
        envelope = default;
        if (_failed)
        {
            throw new ProtocolException("the connection has failed before");
        }

        bool failed = true;
        try
        {
            bool any = _buffer is { } buffer
                && (_segments ? TryReadFromSegments(buffer, out envelope) : TryReadEnvelope(buffer, _written, out envelope));
            failed = false;
            return any;
        }
        finally
        {
            _failed = failed;
        }
    }

    /// <summary>Gives the buffers back, once nothing is received into them any more; leases stay valid.</summary>
    public void Close()
    {
        _failed = true;
        _reassembly.Close();
        _buffer?.Release();
        _buffer = null;
        _read = _written = _needed = _payloadEnd = 0;
    }

    private bool TryReadFromSegments(ReceiveBuffer buffer, out Envelope envelope)
    {
        while (_read >= _payloadEnd)
        {
            if (!TryReadSegment(buffer, out ReadOnlySpan<byte> part))
            {
                envelope = default;
                return false;
            }

            if (_reassembly.Add(part, out envelope))
            {
                return true;
            }
        }

        if (!TryReadEnvelope(buffer, _payloadEnd, out envelope))
        {
            throw new ProtocolException("a self-contained segment ends within an envelope");
        }

        Segments.Require(envelope);
        if (_read == _payloadEnd)
        {
            _read += Segments.TrailerLength;
            _payloadEnd = _read;
        }

        return true;
    }

    /// <summary>
    /// The next segment: a self-contained one is to be read where it lies, up to <see cref="_payloadEnd"/>; of another one
    /// <paramref name="part"/> is the payload.
    /// </summary>
    private bool TryReadSegment(ReceiveBuffer buffer, out ReadOnlySpan<byte> part)
    {
        part = default;
        ReadOnlySpan<byte> received = buffer.Array.AsSpan(_read, _written - _read);
        if (received.Length < Segments.HeaderLength)
        {
            _needed = 0;
            return false;
        }

        int length = Segments.ReadHeader(received, out bool selfContained);
        int total = Segments.HeaderLength + length + Segments.TrailerLength;
        if (received.Length < total)
        {
            _needed = total;
            return false;
        }

        ReadOnlySpan<byte> payload = Segments.ReadPayload(received[Segments.HeaderLength..total]);
        _needed = 0;
        if (selfContained && length > 0)
        {
            if (_reassembly.IsOpen)
            {
                throw new ProtocolException("a self-contained segment within an envelope that is spread over several");
            }

            _read += Segments.HeaderLength;
            _payloadEnd = _read + length;
            return true;
        }

        _read += total;
        _payloadEnd = _read;
        part = payload;
        return true;
    }

    private bool TryReadEnvelope(ReceiveBuffer buffer, int end, out Envelope envelope)
    {
        envelope = default;
        int available = end - _read;
        if (available < EnvelopeHeader.Length)
        {
            _needed = 0;
            return false;
        }

        EnvelopeHeader header = EnvelopeHeader.Read(buffer.Array.AsSpan(_read), envelopeBytesMax);
        int total = EnvelopeHeader.Length + header.BodyLength;
        if (available < total)
        {
            _needed = total;
            return false;
        }

        envelope = header.Locate(buffer, _read + EnvelopeHeader.Length);
        _read += total;
        _needed = 0;
        return true;
    }

    /// <summary>Brings what is half here to the front of a buffer with room: this one, when it is large enough and nobody looks at it.</summary>
    private void Move(ReceiveBuffer buffer)
    {
        int pending = _written - _read;
        int size = Math.Max(ReceiveBuffer.DefaultSize, Math.Min(_needed, Math.Max(2 * pending, 2 * ReceiveBuffer.DefaultSize)));
        bool isRightSize = buffer.Array.Length >= size && (size > ReceiveBuffer.DefaultSize || buffer.Array.Length == size);
        ReceiveBuffer next = isRightSize && _read > 0 && !buffer.IsShared ? buffer : new ReceiveBuffer(size);
        buffer.Array.AsSpan(_read, pending).CopyTo(next.Array);
        if (next != buffer)
        {
            _buffer = next;
            buffer.Release();
        }

        _payloadEnd -= _read;
        _read = 0;
        _written = pending;
    }
}
