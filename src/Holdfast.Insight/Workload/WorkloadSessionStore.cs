using System.Buffers;
using System.Runtime.CompilerServices;
using Holdfast.Sessions;

namespace Holdfast.Insight.Workload;

/// <summary>
/// A store that counts what is asked of it, by namespace, and refuses what an enforced limit says. A read that its inner store answers at
/// once costs no allocation and no await of its own.
/// </summary>
public sealed class WorkloadSessionStore : ISessionStore
{
    private readonly ISessionStore _inner;
    private readonly WorkloadRecorder _recorder;
    private readonly TimeProvider _time;
    private readonly long _origin;

    /// <param name="inner">The store; disposed of with this.</param>
    /// <param name="recorder">What counts.</param>
    /// <param name="time">The clock.</param>
    public WorkloadSessionStore(ISessionStore inner, WorkloadRecorder recorder, TimeProvider time)
    {
        _inner = inner;
        _recorder = recorder;
        _time = time;
        _origin = time.GetTimestamp();
        Since = time.GetUtcNow();
    }

    private DateTimeOffset Since { get; }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>What has been counted.</summary>
    public WorkloadReport Report() => WorkloadReport.Of(_recorder, Since, Now);

    /// <inheritdoc/>
    public ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken)
    {
        ValueTask<ReadResult> reading = _inner.GetAsync(key, cancellationToken);
        if (!reading.IsCompletedSuccessfully)
        {
            return AwaitedAsync(reading, key);
        }

        ReadResult result = reading.Result;
        Count(key, result);
        return new(result);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WriteResult> SetAsync(
        SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken)
    {
        if (ReservedKeys.IsReserved(key.Utf8.Span))
        {
            return await _inner.SetAsync(key, value, ttl, cancellationToken).ConfigureAwait(false);
        }

        TimeSpan began = Now;
        if (!_recorder.Admits(key.Utf8.Span, value, began) && await IsThereAsync(key, value.Length, cancellationToken).ConfigureAwait(false))
        {
            return WriteResult.OverQuota("its namespace is over its quota, and this key is rewritten too often");
        }

        bool acknowledged = false;
        try
        {
            WriteResult result = await _inner.SetAsync(key, value, ttl, cancellationToken).ConfigureAwait(false);
            acknowledged = result.Status == StoreStatus.Ok;
            return result;
        }
        finally
        {
            if (acknowledged)
            {
                _recorder.Written(key.Utf8.Span, value, ttl, began);
            }
            else
            {
                _recorder.WriteFailed(key.Utf8.Span);
            }
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken)
    {
        if (ReservedKeys.IsReserved(key.Utf8.Span))
        {
            return await _inner.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        }

        _recorder.Deleting(key.Utf8.Span);
        WriteResult result = await _inner.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        if (result.Status == StoreStatus.Ok)
        {
            _recorder.Deleted(key.Utf8.Span);
        }

        return result;
    }

    /// <inheritdoc/>
    public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => _inner.CheckReadinessAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    /// <summary>
    /// Asks the storage before a write is refused: another instance may have deleted the key, and then this is a first write, which never is.
    /// </summary>
    private async ValueTask<bool> IsThereAsync(SessionKey key, long bytes, CancellationToken cancellationToken)
    {
        ReadResult read = await _inner.GetAsync(key, cancellationToken).ConfigureAwait(false);
        read.Lease?.Dispose();
        if (read.Status == StoreStatus.Ok)
        {
            _recorder.Refused(key.Utf8.Span);
            return true;
        }

        _recorder.PassedAfterAll(key.Utf8.Span, bytes, isGone: read.Status == StoreStatus.NotFound, Now);
        return false;
    }

    private void Count(SessionKey key, in ReadResult result)
    {
        ReadOnlySpan<byte> utf8 = key.Utf8.Span;
        if (!ReservedKeys.IsReserved(utf8))
        {
            _recorder.Read(utf8, result);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitedAsync(ValueTask<ReadResult> reading, SessionKey key)
    {
        ReadResult result = await reading.ConfigureAwait(false);
        Count(key, result);
        return result;
    }
}
