using System.Buffers;

namespace Holdfast.Cql.Protocol;

/// <summary>A pooled array that bytes are received into, kept for as long as anybody has a lease on it.</summary>
internal sealed class ReceiveBuffer(int size)
{
    private int _references = 1;

    public byte[] Array { get; } = ArrayPool<byte>.Shared.Rent(size);

    /// <summary>True while somebody beside the reader has a lease.</summary>
    public bool IsShared => Volatile.Read(ref _references) > 1;

    public void AddReference() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            ArrayPool<byte>.Shared.Return(Array);
        }
    }
}
