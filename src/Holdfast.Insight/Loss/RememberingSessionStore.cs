using System.Buffers;
using System.Runtime.CompilerServices;
using Holdfast.Sessions;

namespace Holdfast.Insight.Loss;

/// <summary>
/// A store that remembers what it acknowledged: a read that misses such a key is read again at a stronger level before it is answered.
/// A read that finds its value, and one that misses what was never written here, cost no allocation.
/// </summary>
public sealed class RememberingSessionStore : FollowingStore
{
    /// <summary>Second reads at one time: when a table is emptied, the misses shall not be doubled.</summary>
    private const int SecondReadsMax = 64;

    private readonly SecondRead _again;
    private readonly LossCounts _counts;
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
        : base(inner, time)
    {
        _again = again;
        _counts = counts;
        _written = new RememberedWrites(bytes);
        counts.Remembered = () => _written.Count(Now);
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> FoundAsync(SessionKey key, ReadResult found, long began, CancellationToken cancellationToken)
    {
        if (found.Status != StoreStatus.NotFound)
        {
            return new(found);
        }

        ulong hash = _hash.Of(key.Utf8.Span);
        return _written.Holds(hash, Now) ? ReadAgainAsync(key, hash, began, cancellationToken) : new(found);
    }

    /// <inheritdoc/>
    public override void Wrote(SessionKey key, in ReadOnlySequence<byte> value, SessionTtl ttl, long began, bool acknowledged)
    {
        ulong hash = _hash.Of(key.Utf8.Span);
        if (acknowledged)
        {
            _recent.Add(hash, Time.GetTimestamp());
            _written.Add(hash, At(began), ttl);
        }
        else
        {
            // It may have happened, with another end than the one that is remembered.
            _written.Forget(hash);
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken)
    {
        // Before, since a read may already miss it while it is being deleted, and after, since a write may have been acknowledged meanwhile.
        ulong hash = _hash.Of(key.Utf8.Span);
        _written.Forget(hash);
        WriteResult result = await Source.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        _written.Forget(hash);
        return result;
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
            Time.GetElapsedTime(began), acknowledged == 0 ? null : Time.GetElapsedTime(acknowledged), second.Age);
        bool unexplained = second.Read.Status == StoreStatus.NotFound && before;
        _counts.SecondRead(second.Read.Status, stale, unexplained);
        if (unexplained)
        {
            _written.Forget(hash); // told once
        }
    }
}
