namespace Holdfast.Cql.Protocol;

/// <summary>Rows where they were received. All of it is checked when it is made, so that reading cannot fail.</summary>
/// <remarks>
/// Not pooled: one small object an answer with rows buys that a second Dispose, or a use after it, is harmless and can never
/// touch another request's rows.
/// </remarks>
internal sealed class RowSet : CqlRows
{
    /// <summary>No rows, which most reads of sessions give: nothing to lease and nothing to give back.</summary>
    private static readonly RowSet s_empty = new(null, 0, 0, 0, 0);

    private readonly int _end;
    private readonly int _columns;
    private ReceiveBuffer? _buffer;
    private int _row = -1;
    private int _rowStart;

    private RowSet(ReceiveBuffer? buffer, int start, int end, int columns, int count)
    {
        _buffer = buffer;
        _rowStart = start;
        _end = end;
        _columns = columns;
        Count = count;
    }

    public override int Count { get; }

    /// <param name="envelope">The answer; a lease on its buffer is taken.</param>
    /// <param name="body">Its body, read up to the number of rows.</param>
    /// <param name="columns">Values a row.</param>
    public static CqlRows Lease(in Envelope envelope, ref BodyReader body, int columns)
    {
        int count = body.Count(bytesEach: sizeof(int) * Math.Max(1, columns));
        if (count == 0)
        {
            return s_empty;
        }

        int end = envelope.Offset + envelope.Length;
        int start = end - body.Left;
        for (long left = (long)count * columns; left > 0; left--)
        {
            _ = body.Bytes();
        }

        envelope.Buffer.AddReference();
        return new RowSet(envelope.Buffer, start, end, columns, count);
    }

    public override bool Read()
    {
        if (_row + 1 >= Count)
        {
            _row = Count;
            return false;
        }

        if (++_row > 0)
        {
            BodyReader row = Row();
            Skip(ref row, _columns);
            _rowStart = _end - row.Left;
        }

        return true;
    }

    public override ReadOnlySpan<byte> Column(int index) => TryColumn(index, out ReadOnlySpan<byte> value) ? value : default;

    public override bool IsNull(int index) => !TryColumn(index, out _);

    protected override void Dispose(bool disposing) => Interlocked.Exchange(ref _buffer, null)?.Release();

    /// <summary>Steps over the columns before: this client's own rows have two or so, and an index of them would cost more.</summary>
    private bool TryColumn(int index, out ReadOnlySpan<byte> value)
    {
        if ((uint)_row >= (uint)Count)
        {
            throw new InvalidOperationException("There is no present row.");
        }

        BodyReader row = Row();
        if ((uint)index >= (uint)_columns)
        {
            value = default;
            return false;
        }

        Skip(ref row, index);
        return row.TryBytes(out value);
    }

    private BodyReader Row()
    {
        ReceiveBuffer? buffer = _buffer;
        ObjectDisposedException.ThrowIf(buffer is null, this);
        return new BodyReader(buffer.Array.AsSpan(_rowStart.._end));
    }

    private static void Skip(ref BodyReader row, int values)
    {
        for (; values > 0; values--)
        {
            _ = row.Bytes();
        }
    }
}
