using System.Buffers;
using Holdfast.Insight.Loss;
using Holdfast.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Insight.Tests.Loss;

public sealed class RememberingSessionStoreTests : IAsyncDisposable
{
    private static readonly SessionKey s_key = new("a key"u8.ToArray());

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedStore _inner = new();
    private readonly LossCounts _counts = new();
    private readonly MeasuredMeters _meters = new();
    private readonly RememberingSessionStore _store;
    private int _asked;
    private Func<SecondAnswer> _second = () => new(ReadResult.NotFound, null);

    public RememberingSessionStoreTests()
    {
        _counts.Register(_meters);
        _store = new RememberingSessionStore(_inner, 4_096, AskAgain, _counts, _time);
    }

    [Fact]
    public async Task A_miss_of_what_was_never_written_here_is_answered_as_it_is()
    {
        Assert.Equal(StoreStatus.NotFound, await GetAsync());
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task A_miss_of_what_was_written_here_is_asked_again_and_what_is_found_is_returned()
    {
        await SetAsync();
        Assert.Equal(1, _meters.Read()["holdfast_session_remembered"]);
        _time.Advance(TimeSpan.FromSeconds(5));
        _inner.Lose();
        _second = () => new(ReadResult.Found(ScriptedStore.LeaseOf([7])), null);

        ReadResult result = await _store.GetAsync(s_key, CancellationToken.None);
        ArrayBufferWriter<byte> value = new();
        result.Lease!.CopyTo(value);

        Assert.Equal([7], value.WrittenSpan.ToArray());
        Assert.Equal((1, 1, 0), (_counts.StaleReadsPrevented, _counts.SecondReads, _counts.UnexplainedMisses));
        Assert.Equal(1, _meters.Read()["holdfast_session_second_reads{result=found}"]);
    }

    [Fact]
    public async Task A_miss_of_both_reads_is_unexplained_and_told_once()
    {
        await SetAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        _inner.Lose();

        Assert.Equal(StoreStatus.NotFound, await GetAsync());
        Assert.Equal(StoreStatus.NotFound, await GetAsync());
        Assert.Equal((0, 1, 1), (_counts.StaleReadsPrevented, _counts.SecondReads, _counts.UnexplainedMisses));
        Assert.Equal(1, _meters.Read()["holdfast_session_second_reads{result=missing}"]);
    }

    [Fact]
    public async Task A_second_read_that_is_not_answered_explains_nothing_and_is_made_again_next_time()
    {
        await SetAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        _inner.Lose();
        _second = () => new(ReadResult.Unavailable("away"), null);

        Assert.Equal(StoreStatus.NotFound, await GetAsync());
        Assert.Equal(StoreStatus.NotFound, await GetAsync());
        Assert.Equal((2, 0), (_counts.SecondReads, _counts.UnexplainedMisses));
        Assert.Equal(2, _meters.Read()["holdfast_session_second_reads{result=unanswered}"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_deleted_here_may_be_missing_however_the_delete_ended(bool fails)
    {
        await SetAsync();
        _inner.OnDelete = fails ? _ => new(WriteResult.Unavailable("away")) : null;
        await _store.DeleteAsync(s_key, CancellationToken.None);
        _inner.Lose();

        Assert.Equal(StoreStatus.NotFound, await GetAsync());
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task A_write_that_was_not_acknowledged_is_not_remembered_and_takes_away_what_was()
    {
        await SetAsync();
        _inner.OnSet = _ => new(WriteResult.Unavailable("away"));
        await SetAsync();
        _inner.OnSet = _ => throw new OperationCanceledException();
        await Assert.ThrowsAsync<OperationCanceledException>(SetAsync);
        _inner.Lose();

        Assert.Equal(StoreStatus.NotFound, await GetAsync());
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task What_has_expired_may_be_missing()
    {
        await SetAsync();
        _inner.Lose();
        _time.Advance(TimeSpan.FromSeconds(3_600));

        Assert.Equal(StoreStatus.NotFound, await GetAsync());
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task A_read_during_which_the_write_is_acknowledged_was_not_stale()
    {
        TaskCompletionSource<ReadResult> reading = new();
        _inner.OnGet = _ => new(reading.Task);
        ValueTask<ReadResult> read = _store.GetAsync(s_key, CancellationToken.None);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await SetAsync();
        _second = () => new(ReadResult.Found(ScriptedStore.LeaseOf([7])), null);
        reading.SetResult(ReadResult.NotFound);

        Assert.Equal(StoreStatus.Ok, (await read).Status);
        Assert.Equal((1, 0, 0), (_counts.SecondReads, _counts.StaleReadsPrevented, _counts.UnexplainedMisses));
    }

    [Fact]
    public async Task When_too_many_are_being_asked_again_the_rest_is_answered_as_it_is()
    {
        await SetAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        _inner.Lose();
        TaskCompletionSource release = new();
        RememberingSessionStore store = new(_inner, 4_096, async (_, _) =>
        {
            await release.Task;
            return new(ReadResult.Unavailable("away"), null);
        }, _counts, _time);
        await store.SetAsync(s_key, new([1]), new SessionTtl(3_600), CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(5));
        _inner.Lose();

        List<Task<ReadResult>> reads = [.. Enumerable.Range(0, 70).Select(_ => store.GetAsync(s_key, CancellationToken.None).AsTask())];
        Assert.Equal(6, reads.Count(read => read.IsCompleted));
        Assert.Equal(6, _meters.Read()["holdfast_session_second_reads{result=skipped}"]);
        release.SetResult();
        Assert.All(await Task.WhenAll(reads), read => Assert.Equal(StoreStatus.NotFound, read.Status));
    }

    [Fact]
    public async Task A_read_that_is_answered_at_once_costs_no_allocation()
    {
        await SetAsync();
        SessionKey absent = new("absent"u8.ToArray());

        // The inner store's own answer, a lease, is not ours: an absent key has none.
        _inner.OnGet = static _ => new(ReadResult.NotFound);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                Assert.True(IsAtOnce(_store.GetAsync(absent, CancellationToken.None)));
            }
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _meters.Dispose();
    }

    private static bool IsAtOnce(ValueTask<ReadResult> read) => read.IsCompletedSuccessfully;

    private ValueTask<SecondAnswer> AskAgain(SessionKey key, CancellationToken cancellationToken)
    {
        _asked++;
        return new(_second());
    }

    private async Task SetAsync() => await _store.SetAsync(s_key, new([1]), new SessionTtl(3_600), CancellationToken.None);

    private async Task<StoreStatus> GetAsync() => (await _store.GetAsync(s_key, CancellationToken.None)).Status;
}
