namespace Holdfast.Cql;

/// <summary>
/// The rows of one answer: a lease on the buffer that they were received in. Read row by row; dispose of it once, and use
/// neither it nor a span of it after.
/// </summary>
public abstract class CqlRows : IDisposable
{
    /// <summary>How many rows there are.</summary>
    public abstract int Count { get; }

    /// <summary>Moves to the next row; false past the last.</summary>
    public abstract bool Read();

    /// <summary>
    /// A column of the present row by its number, as serialized; empty for null, which <see cref="IsNull"/> tells. How many there are is the
    /// server's word: one that it did not send is null.
    /// </summary>
    public abstract ReadOnlySpan<byte> Column(int index);

    /// <summary>True when the column of the present row is null, or the server did not send it.</summary>
    public abstract bool IsNull(int index);

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the buffer back; called once.</summary>
    protected abstract void Dispose(bool disposing);
}
