using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Cql.Protocol;

/// <summary>Puts one envelope together that came in several segments. Its buffer doubles as bytes arrive.</summary>
internal sealed class Reassembly(int lengthMax)
{
    private ReceiveBuffer? _buffer;
    private ReceiveBuffer? _delivered;
    private int _count;
    private EnvelopeHeader? _header;

    /// <summary>True when a part has come and others are missing.</summary>
    public bool IsOpen => _buffer is not null;

    /// <summary>Adds a part; true when the envelope is whole, which is valid until <see cref="Recycle"/>.</summary>
    public bool Add(ReadOnlySpan<byte> part, out Envelope envelope)
    {
        envelope = default;
        while (!part.IsEmpty)
        {
            int wanted = EnvelopeHeader.Length + (_header?.BodyLength ?? 0);
            int taken = Math.Min(part.Length, wanted - _count);
            Append(part[..taken], wanted);
            part = part[taken..];
            if (_header is null && _count == EnvelopeHeader.Length)
            {
                _header = EnvelopeHeader.Read(_buffer.Array, lengthMax);
                wanted += _header.Value.BodyLength;
            }

            if (_header is { } header && _count == wanted)
            {
                return part.IsEmpty
                    ? Deliver(header, out envelope)
                    : throw new ProtocolException("an envelope spread over segments is longer than it said");
            }
        }

        return false;
    }

    /// <summary>The envelope delivered last is not looked at any more, unless it is leased.</summary>
    public void Recycle()
    {
        _delivered?.Release();
        _delivered = null;
    }

    public void Close()
    {
        Recycle();
        _buffer?.Release();
        _buffer = null;
    }

    private bool Deliver(EnvelopeHeader header, out Envelope envelope)
    {
        envelope = Segments.Require(header.Locate(_buffer!, EnvelopeHeader.Length));
        _delivered = _buffer;
        _buffer = null;
        _header = null;
        _count = 0;
        return true;
    }

    [MemberNotNull(nameof(_buffer))]
    private void Append(ReadOnlySpan<byte> bytes, int wanted)
    {
        _buffer ??= new ReceiveBuffer(ReceiveBuffer.DefaultSize);
        int needed = _count + bytes.Length;
        if (needed > _buffer.Array.Length)
        {
            ReceiveBuffer larger = new(Math.Max(needed, Math.Min(wanted, 2 * _buffer.Array.Length)));
            _buffer.Array.AsSpan(0, _count).CopyTo(larger.Array);
            _buffer.Release();
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.Array.AsSpan(_count));
        _count = needed;
    }
}
