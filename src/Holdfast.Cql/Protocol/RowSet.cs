using System.Buffers.Binary;

namespace Holdfast.Cql.Protocol;

/// <summary>Rows where they were received. Pooled: a read allocates none.</summary>
internal sealed class RowSet : CqlRows
{
    private const int KeepMax = 256;

    [ThreadStatic]
    private static Stack<RowSet>? t_free;

    private ReceiveBuffer? _buffer;
    private int[] _offsets = [];
    private int _next;
    private int _end;
    private int _columns;
    private int _count;
    private int _left;

    private RowSet()
    {
    }

    public override int Count => _count;

    public static RowSet Lease(in Envelope envelope, int start, int columns, int count)
    {
        RowSet rows = t_free is { Count: > 0 } free ? free.Pop() : new RowSet();
        envelope.Buffer.AddReference();
        rows._buffer = envelope.Buffer;
        rows._next = start;
        rows._end = envelope.Offset + envelope.Length;
        rows._columns = columns;
        rows._count = rows._left = count;
        if (rows._offsets.Length < columns)
        {
            rows._offsets = new int[columns];
        }

        return rows;
    }

    public override bool Read()
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        if (_left == 0)
        {
            return false;
        }

        _left--;
        for (int column = 0; column < _columns; column++)
        {
            _offsets[column] = _next;
            if (_end - _next < 4)
            {
                throw new ProtocolException("a row that ends too soon");
            }

            int length = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(_buffer.Array.AsSpan(_next)));
            if (length > _end - _next - 4)
            {
                throw new ProtocolException("a value that is longer than its row");
            }

            _next += 4 + length;
        }

        return true;
    }

    public override ReadOnlySpan<byte> Column(int index)
    {
        int length = Length(index);
        return length < 0 ? default : _buffer!.Array.AsSpan(_offsets[index] + 4, length);
    }

    public override bool IsNull(int index) => Length(index) < 0;

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _buffer, null) is not { } buffer)
        {
            return;
        }

        buffer.Release();
        Stack<RowSet> free = t_free ??= new Stack<RowSet>();
        if (free.Count < KeepMax)
        {
            free.Push(this);
        }
    }

    private int Length(int index)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_columns, nameof(index));
        return BinaryPrimitives.ReadInt32BigEndian(_buffer.Array.AsSpan(_offsets[index]));
    }
}
