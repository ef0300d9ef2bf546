using System.Buffers;
using System.Runtime.CompilerServices;

namespace Holdfast.Sessions;

/// <summary>
/// How requests go through a store that has <see cref="FollowingStore"/>s in front of it: the innermost is asked, and those look at what
/// came of it when it is there, none with a wait of its own. For who awaits the store's answer anyway, in three steps of which the
/// first and the last are taken at once but for rare occasions. A wait costs about a microsecond where it is not answered at once.
/// </summary>
public sealed class StorePath
{
    private readonly ISessionStore _outermost;
    private readonly ISessionStore _asked;
    private readonly FollowingStore[] _followers;

    /// <param name="store">The outermost store; whoever made it disposes of it.</param>
    public StorePath(ISessionStore store)
    {
        _outermost = store;
        List<FollowingStore> followers = [];
        while (store is FollowingStore follower)
        {
            followers.Insert(0, follower);
            store = follower.Source;
        }

        _asked = store;
        _followers = [.. followers];
    }

    /// <summary>Asks the store that keeps the sessions. What it finds goes through <see cref="FoundAsync"/>.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public ValueTask<ReadResult> GetAsync(SessionKey key, CancellationToken cancellationToken) => _asked.GetAsync(key, cancellationToken);

    /// <summary>Shows everybody who follows, from the inside out, what <see cref="GetAsync"/> found, and says what to answer.</summary>
    /// <inheritdoc cref="FollowingStore.FoundAsync" path="/param|/exception"/>
    /// <returns>What to answer; the caller disposes of its lease.</returns>
    public ValueTask<ReadResult> FoundAsync(SessionKey key, ReadResult found, long began, CancellationToken cancellationToken)
    {
        for (int i = 0; i < _followers.Length; i++)
        {
            ValueTask<ReadResult> following = _followers[i].FoundAsync(key, found, began, cancellationToken);
            if (!following.IsCompletedSuccessfully)
            {
                return FoundOnAsync(following, i + 1, key, began, cancellationToken);
            }

            found = following.Result;
        }

        return new(found);
    }

    /// <summary>Asks everybody who follows, from the outside in, whether a write may be made.</summary>
    /// <inheritdoc cref="FollowingStore.AdmitAsync" path="/param|/exception"/>
    /// <returns><see cref="StoreStatus.Ok"/>, or what to answer.</returns>
    public ValueTask<WriteResult> AdmitAsync(SessionKey key, ReadOnlySequence<byte> value, long began, CancellationToken cancellationToken)
    {
        for (int i = _followers.Length - 1; i >= 0; i--)
        {
            ValueTask<WriteResult> admitting = _followers[i].AdmitAsync(key, value, began, cancellationToken);
            if (!admitting.IsCompletedSuccessfully)
            {
                return AdmitOnAsync(admitting, i - 1, key, value, began, cancellationToken);
            }

            WriteResult admitted = admitting.Result;
            if (admitted.Status != StoreStatus.Ok)
            {
                return new(admitted);
            }
        }

        return new(WriteResult.Ok);
    }

    /// <summary>Makes a write that was admitted. However it ends, <see cref="Wrote"/> is to be told.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the write may still happen.</exception>
    public ValueTask<WriteResult> SetAsync(
        SessionKey key, ReadOnlySequence<byte> value, SessionTtl ttl, CancellationToken cancellationToken) =>
        _asked.SetAsync(key, value, ttl, cancellationToken);

    /// <summary>Tells everybody who follows, from the inside out, of a write that is over.</summary>
    /// <inheritdoc cref="FollowingStore.Wrote" path="/param"/>
    public void Wrote(SessionKey key, in ReadOnlySequence<byte> value, SessionTtl ttl, long began, bool acknowledged)
    {
        foreach (FollowingStore follower in _followers)
        {
            follower.Wrote(key, value, ttl, began, acknowledged);
        }
    }

    /// <summary>Deletes, in one step: who follows has something to do before and after.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the delete may still happen.</exception>
    public ValueTask<WriteResult> DeleteAsync(SessionKey key, CancellationToken cancellationToken) =>
        _outermost.DeleteAsync(key, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> FoundOnAsync(
        ValueTask<ReadResult> following, int next, SessionKey key, long began, CancellationToken cancellationToken)
    {
        ReadResult found = await following.ConfigureAwait(false);
        for (int i = next; i < _followers.Length; i++)
        {
            found = await _followers[i].FoundAsync(key, found, began, cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<WriteResult> AdmitOnAsync(
        ValueTask<WriteResult> admitting, int next, SessionKey key, ReadOnlySequence<byte> value, long began, CancellationToken cancellationToken)
    {
        WriteResult admitted = await admitting.ConfigureAwait(false);
        for (int i = next; i >= 0 && admitted.Status == StoreStatus.Ok; i--)
        {
            admitted = await _followers[i].AdmitAsync(key, value, began, cancellationToken).ConfigureAwait(false);
        }

        return admitted;
    }
}
