using System.Buffers;

namespace Holdfast.Cql.Protocol;

/// <summary>
/// A pooled array that bytes are received into, with a count of who refers to it: the connection and every lease on an answer
/// in it. The last one gives the array back. Taking and releasing are for any thread.
/// </summary>
/// <remarks>
/// The array is pooled and this object is not: whoever uses it after its end meets an exception, never the array's next user,
/// whose session it would read.
/// </remarks>
internal sealed class ReceiveBuffer(int size)
{
    public const int DefaultSize = 64 * 1024;

    private byte[]? _array = ArrayPool<byte>.Shared.Rent(size);
    private int _references = 1;

    public byte[] Array => _array ?? throw new ObjectDisposedException(nameof(ReceiveBuffer));

    /// <summary>True while somebody beside the reader has a lease.</summary>
    public bool IsShared => Volatile.Read(ref _references) > 1;

    /// <summary>For who holds a reference already, or holds off whoever does.</summary>
    public void AddReference()
    {
        int references = Interlocked.Increment(ref _references);
        ObjectDisposedException.ThrowIf(references <= 1, this);
    }

    public void Release()
    {
        int references = Interlocked.Decrement(ref _references);
        ObjectDisposedException.ThrowIf(references < 0, this);
        if (references == 0 && Interlocked.Exchange(ref _array, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
