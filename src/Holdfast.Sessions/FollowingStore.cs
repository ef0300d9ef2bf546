using System.Buffers;
using System.Runtime.CompilerServices;

namespace Holdfast.Sessions;

/// <summary>
/// A store in front of another that asks that one for everything and only has a look at what is asked and what came of it. Whoever
/// goes through several of them can wait once for all (<see cref="StorePath"/>); asked itself, one of these waits for its source.
/// </summary>
/// <param name="source">The store behind this one; disposed of with this.</param>
/// <param name="time">The clock.</param>
public abstract class FollowingStore(ISessionStore source, TimeProvider time) : ISessionStore
{
    private readonly long _origin = time.GetTimestamp();

    /// <summary>The store behind this one.</summary>
    public ISessionStore Source => source;

    /// <summary>The clock, by which it is told when something began.</summary>
    protected TimeProvider Time => time;

    /// <summary>The present, from when this was made.</summary>
    protected TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Looks at what a read found, which this may replace; at once where nothing has to be asked again.</summary>
    /// <param name="key">What was asked for.</param>
    /// <param name="found">What <see cref="Source"/> found; it is this one's from here on, and what is returned is the caller's.</param>
    /// <param name="began">When the read began or shortly before, by <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public abstract ValueTask<ReadResult> FoundAsync(SessionKey key, ReadResult found, long began, CancellationToken cancellationToken);

    /// <summary>Says whether a write may be made: <see cref="StoreStatus.Ok"/>, at once where nothing has to be asked, or what to answer.</summary>
    /// <param name="key">What is to be written.</param>
    /// <param name="value">Its value.</param>
    /// <param name="began">The present, by <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public virtual ValueTask<WriteResult> AdmitAsync(
        SessionKey key, ReadOnlySequence<byte> value, long began, CancellationToken cancellationToken) => new(WriteResult.Ok);

    /// <summary>Takes notice of a write that is over.</summary>
    /// <param name="key">What was written.</param>
    /// <param name="value">Its value.</param>
    /// <param name="ttl">Its life.</param>
    /// <param name="began">When the write began, by <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="acknowledged">It was made. Otherwise it may have been made and may not.</param>
    public abstract void Wrote(SessionKey key, in ReadOnlySequence<byte> value, SessionTtl ttl, long began, bool acknowledged);

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        ReadResult found = await source.GetAsync(key, cancellationToken).ConfigureAwait(false);
        return await FoundAsync(key, found, began, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WriteResult> SetAsync(
        SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        WriteResult result = await AdmitAsync(key, value, began, cancellationToken).ConfigureAwait(false);
        if (result.Status != StoreStatus.Ok)
        {
            return result;
        }

        bool acknowledged = false;
        try
        {
            result = await source.SetAsync(key, value, ttl, cancellationToken).ConfigureAwait(false);
            acknowledged = result.Status == StoreStatus.Ok;
        }
        finally
        {
            Wrote(key, value, ttl, began, acknowledged);
        }

        return result;
    }

    /// <summary>A moment, from when this was made.</summary>
    /// <param name="timestamp">By <see cref="TimeProvider.GetTimestamp"/>.</param>
    protected TimeSpan At(long timestamp) => time.GetElapsedTime(_origin, timestamp);

    /// <inheritdoc/>
    public abstract ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => source.CheckReadinessAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return source.DisposeAsync();
    }
}
