using System.Buffers;
using System.Buffers.Binary;

namespace Holdfast.Cql.Protocol;

/// <summary>Bytes that wait to be sent, in one pooled array that grows. Not thread-safe; keeps its array until freed.</summary>
internal sealed class OutputBuffer
{
    /// <summary>An array above this is given back once it has been sent: one large value must not be paid for ever.</summary>
    private const int KeepMax = 256 * 1024;

    private byte[] _array = [];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    /// <summary>The bytes written so far, to be patched.</summary>
    public Span<byte> WrittenSpan => _array.AsSpan(0, Length);

    /// <summary>Room for exactly <paramref name="count"/> bytes, which then count as written.</summary>
    public Span<byte> Append(int count)
    {
        Reserve(count);
        Span<byte> room = _array.AsSpan(Length, count);
        Length += count;
        return room;
    }

    public void Byte(byte value) => Append(1)[0] = value;

    public void Short(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Append(2), value);

    public void Int(int value) => BinaryPrimitives.WriteInt32BigEndian(Append(4), value);

    public void Long(long value) => BinaryPrimitives.WriteInt64BigEndian(Append(8), value);

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    /// <summary>Takes back what was written after <paramref name="length"/>: a request that could not be finished.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Exchanges the contents of two buffers: how what waits is taken without a copy.</summary>
    public void Swap(OutputBuffer other)
    {
        (_array, other._array) = (other._array, _array);
        (Length, other.Length) = (other.Length, Length);
    }

    public void Clear()
    {
        Length = 0;
        if (_array.Length > KeepMax)
        {
            Free();
        }
    }

    /// <summary>Gives the array back.</summary>
    public void Free()
    {
        Length = 0;
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = [];
        }
    }

    private void Reserve(int count)
    {
        int needed = checked(Length + count);
        if (needed <= _array.Length)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(4096, _array.Length * 2)));
        _array.AsSpan(0, Length).CopyTo(larger);
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = larger;
    }
}
