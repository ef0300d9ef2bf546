using System.Buffers;
using System.Runtime.CompilerServices;
using Holdfast.Sessions;

namespace Holdfast.Insight.Loss;

/// <summary>
/// A store that remembers what it acknowledged: a read that misses such a key is read again at a stronger level before it is answered.
/// A read that finds its value, and one that misses what was never written here, cost no allocation and no await of their own.
/// </summary>
public sealed class RememberingSessionStore : ISessionStore
{
    /// <summary>Second reads at one time: when a table is emptied, the misses shall not be doubled.</summary>
    private const int SecondReadsMax = 64;

    private readonly ISessionStore _inner;
    private readonly SecondRead _again;
    private readonly LossCounts _counts;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly RememberedWrites _written;
    private readonly RecentWrites _recent = new();
    private readonly KeyedHash _hash = KeyedHash.Random();
    private int _secondReads;

    /// <param name="inner">The store; disposed of with this.</param>
    /// <param name="bytes">Memory for what is remembered.</param>
    /// <param name="again">What a miss is asked once more.</param>
    /// <param name="counts">What is found out.</param>
    /// <param name="time">The clock.</param>
    public RememberingSessionStore(ISessionStore inner, long bytes, SecondRead again, LossCounts counts, TimeProvider time)
    {
        _inner = inner;
        _again = again;
        _counts = counts;
        _time = time;
        _origin = time.GetTimestamp();
        _written = new RememberedWrites(bytes);
        counts.Remembered = () => _written.Count(Now);
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <inheritdoc/>
    public ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        ValueTask<ReadResult> reading = _inner.GetAsync(key, cancellationToken);
        if (!reading.IsCompletedSuccessfully)
        {
            return AwaitedAsync(reading, key, began, cancellationToken);
        }

        ReadResult result = reading.Result;
        return IsMissed(result, key, out ulong hash) ? ReadAgainAsync(key, hash, began, cancellationToken) : new(result);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WriteResult> SetAsync(
        SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken)
    {
        TimeSpan began = Now;
        bool acknowledged = false;
        try
        {
            WriteResult result = await _inner.SetAsync(key, value, ttl, cancellationToken).ConfigureAwait(false);
            acknowledged = result.Status == StoreStatus.Ok;
            return result;
        }
        finally
        {
            ulong hash = _hash.Of(key.Utf8.Span);
            if (acknowledged)
            {
                _recent.Add(hash, _time.GetTimestamp());
                _written.Add(hash, began, ttl);
            }
            else
            {
                // It may have happened, with another end than the one that is remembered.
                _written.Forget(hash);
            }
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken)
    {
        // Before, since a read may already miss it while it is being deleted, and after, since a write may have been acknowledged meanwhile.
        ulong hash = _hash.Of(key.Utf8.Span);
        _written.Forget(hash);
        WriteResult result = await _inner.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        _written.Forget(hash);
        return result;
    }

    /// <inheritdoc/>
    public ValueTask<StoreReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => _inner.CheckReadinessAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private bool IsMissed(in ReadResult result, SessionKey key, out ulong hash)
    {
        hash = 0;
        return result.Status == StoreStatus.NotFound && _written.Holds(hash = _hash.Of(key.Utf8.Span), Now);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitedAsync(ValueTask<ReadResult> reading, SessionKey key, long began, CancellationToken cancellationToken)
    {
        ReadResult result = await reading.ConfigureAwait(false);
        return IsMissed(result, key, out ulong hash)
            ? await ReadAgainAsync(key, hash, began, cancellationToken).ConfigureAwait(false)
            : result;
    }

    private async ValueTask<ReadResult> ReadAgainAsync(SessionKey key, ulong hash, long began, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _secondReads) > SecondReadsMax)
        {
            Interlocked.Decrement(ref _secondReads);
            _counts.SecondReadSkipped();
            return ReadResult.NotFound;
        }

        try
        {
            SecondAnswer second = await _again(key, cancellationToken).ConfigureAwait(false);
            Judge(second, hash, began);
            return second.Read.Status == StoreStatus.Ok ? second.Read : ReadResult.NotFound;
        }
        finally
        {
            Interlocked.Decrement(ref _secondReads);
        }
    }

    private void Judge(in SecondAnswer second, ulong hash, long began)
    {
        bool before = _recent.IsBefore(hash, began, out long acknowledged);
        bool stale = second.Read.Status == StoreStatus.Ok && before && StaleVerdict.IsStale(
            _time.GetElapsedTime(began), acknowledged == 0 ? null : _time.GetElapsedTime(acknowledged), second.Age);
        bool unexplained = second.Read.Status == StoreStatus.NotFound && before;
        _counts.SecondRead(second.Read.Status, stale, unexplained);
        if (unexplained)
        {
            _written.Forget(hash); // told once
        }
    }
}
