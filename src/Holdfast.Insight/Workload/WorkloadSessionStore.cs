using System.Buffers;
using System.Runtime.CompilerServices;
using Holdfast.Sessions;

namespace Holdfast.Insight.Workload;

/// <summary>
/// A store that counts what is asked of it, by namespace, and refuses what an enforced limit says. A read costs no allocation.
/// </summary>
public sealed class WorkloadSessionStore : FollowingStore
{
    private readonly WorkloadRecorder _recorder;

    /// <param name="inner">The store; disposed of with this.</param>
    /// <param name="recorder">What counts.</param>
    /// <param name="time">The clock.</param>
    public WorkloadSessionStore(ISessionStore inner, WorkloadRecorder recorder, TimeProvider time)
        : base(inner, time)
    {
        _recorder = recorder;
        Since = time.GetUtcNow();
    }

    private DateTimeOffset Since { get; }

    /// <summary>What has been counted.</summary>
    public WorkloadReport Report() => WorkloadReport.Of(_recorder, Since, Now);

    /// <inheritdoc/>
    public override ValueTask<ReadResult> FoundAsync(SessionKey key, ReadResult found, long began, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> utf8 = key.Utf8.Span;
        if (!ReservedKeys.IsReserved(utf8))
        {
            _recorder.Read(utf8, found);
        }

        return new(found);
    }

    /// <inheritdoc/>
    public override ValueTask<WriteResult> AdmitAsync(
        SessionKey key, ReadOnlySequence<byte> value, long began, CancellationToken cancellationToken) =>
        ReservedKeys.IsReserved(key.Utf8.Span) || _recorder.Admits(key.Utf8.Span, value, At(began))
            ? new(WriteResult.Ok)
            : AdmitUnlessThereAsync(key, value.Length, cancellationToken);

    /// <inheritdoc/>
    public override void Wrote(SessionKey key, in ReadOnlySequence<byte> value, SessionTtl ttl, long began, bool acknowledged)
    {
        ReadOnlySpan<byte> utf8 = key.Utf8.Span;
        if (ReservedKeys.IsReserved(utf8))
        {
            return;
        }

        if (acknowledged)
        {
            _recorder.Written(utf8, value, ttl, At(began));
        }
        else
        {
            _recorder.WriteFailed(utf8);
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken)
    {
        if (ReservedKeys.IsReserved(key.Utf8.Span))
        {
            return await Source.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        }

        _recorder.Deleting(key.Utf8.Span);
        WriteResult result = await Source.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        if (result.Status == StoreStatus.Ok)
        {
            _recorder.Deleted(key.Utf8.Span);
        }

        return result;
    }

    /// <summary>
    /// Asks the storage before a write is refused: another instance may have deleted the key, and then this is a first write, which never is.
    /// </summary>
    private async ValueTask<WriteResult> AdmitUnlessThereAsync(SessionKey key, long bytes, CancellationToken cancellationToken)
    {
        ReadResult read = await Source.GetAsync(key, cancellationToken).ConfigureAwait(false);
        read.Lease?.Dispose();
        if (read.Status == StoreStatus.Ok)
        {
            _recorder.Refused(key.Utf8.Span);
            return WriteResult.OverQuota("its namespace is over its quota, and this key is rewritten too often");
        }

        _recorder.PassedAfterAll(key.Utf8.Span, bytes, isGone: read.Status == StoreStatus.NotFound, Now);
        return WriteResult.Ok;
    }
}
