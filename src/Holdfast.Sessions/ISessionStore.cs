using System.Buffers;

namespace Holdfast.Sessions;

/// <summary>
/// What a session store does: get, set, delete, and say whether it is ready. Everything that serves sessions is written
/// against this, and everything that keeps them implements it and inherits its contract suite.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>An absent or expired key, storage that is away and storage that is full are results. An exception is a fault of
/// the store's own, or the caller's cancellation.</item>
/// <item>Keys and values are borrowed until the returned task completes, however it completes.</item>
/// <item>A write that was answered <see cref="StoreStatus.Ok"/> is as durable as the store promises at that moment.
/// A write whose caller cancelled it, or that failed, may or may not have happened.</item>
/// <item>Writes to one key take effect in some order, one after another, never as a mix.</item>
/// <item>All members may be called concurrently.</item>
/// </list>
/// </remarks>
public interface ISessionStore : IAsyncDisposable
{
    /// <summary>Reads the value of <paramref name="key"/>; the caller disposes of the result's lease.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken);

    /// <summary>Stores <paramref name="value"/> under <paramref name="key"/>, replacing what was there and its TTL.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the write may still happen.</exception>
    ValueTask<WriteResult> SetAsync(
        SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken);

    /// <summary>Removes <paramref name="key"/>; <see cref="StoreStatus.Ok"/> whether or not it was there.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the delete may still happen.</exception>
    ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken);

    /// <summary>Asks the storage itself whether it can serve now.</summary>
    ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken);
}
