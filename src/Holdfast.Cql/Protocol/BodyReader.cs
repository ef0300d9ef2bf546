using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Holdfast.Cql.Protocol;

/// <summary>Reads the protocol's notations (section 3 of the specifications); every length is checked before it is believed.</summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _left = body;

    public readonly int Left => _left.Length;

    public byte Byte() => Take(1)[0];

    public int Short() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public string String() => Text(Take(Short()));

    public ReadOnlySpan<byte> ShortBytes() => Take(Short());

    /// <summary>[bytes]; empty for null.</summary>
    public ReadOnlySpan<byte> Bytes() => TryBytes(out ReadOnlySpan<byte> bytes) ? bytes : default;

    /// <summary>[bytes]; false for null.</summary>
    public bool TryBytes(out ReadOnlySpan<byte> bytes)
    {
        int length = Int();
        bytes = length < 0 ? default : Take(length);
        return length >= 0;
    }

    public List<string> StringList()
    {
        int count = Short();
        if (count * sizeof(ushort) > _left.Length)
        {
            throw new ProtocolException("a list of more texts than there are");
        }

        List<string> list = new(count);
        for (; count > 0; count--)
        {
            list.Add(String());
        }

        return list;
    }

    public IPEndPoint EndPoint() => new(Address(), Port());

    public IPAddress Address()
    {
        int length = Byte();
        return length is 4 or 16 ? new IPAddress(Take(length)) : throw new ProtocolException($"an address of {length} bytes");
    }

    public void Skip(int count) => _ = Take(count);

    /// <summary>A count of things that take at least so many bytes each; nothing can be made of things that take none.</summary>
    public int Count(int bytesEach)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesEach);
        int count = Int();
        return count >= 0 && (long)count * bytesEach <= _left.Length
            ? count
            : throw new ProtocolException("a count of more than there is");
    }

    public static string Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return s_utf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw new ProtocolException("a text that is not UTF-8");
        }
    }

    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private int Port()
    {
        int port = Int();
        return port is >= 0 and <= 65535 ? port : throw new ProtocolException($"port {port}");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_left.Length)
        {
            throw new ProtocolException("a body that ends too soon");
        }

        ReadOnlySpan<byte> taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
