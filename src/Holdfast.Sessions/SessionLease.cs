using System.Buffers;

namespace Holdfast.Sessions;

/// <summary>
/// A value that a store has lent out: its bytes stay where the store keeps them (a cache, a pinned block, a received
/// frame) until they are copied once, into the response, and the lease is disposed of.
/// </summary>
/// <remarks>One owner, one thread at a time. Using a lease after it was disposed of is a bug that may read other bytes.</remarks>
public abstract class SessionLease : IDisposable
{
    /// <summary>The value's length in bytes.</summary>
    public abstract int Length { get; }

    /// <summary>What is left of the entry's life in seconds, rounded up, at least 1; zero when it never expires.</summary>
    public abstract int TtlSecondsLeft { get; }

    /// <summary>Copies the value to <paramref name="destination"/>, which then has advanced by <see cref="Length"/>.</summary>
    public abstract void CopyTo(IBufferWriter<byte> destination);

    /// <summary>Gives the bytes back to the store.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the bytes back to the store; called once a lease.</summary>
    protected abstract void Dispose(bool disposing);
}
