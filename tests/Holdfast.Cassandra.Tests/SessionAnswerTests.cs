using Holdfast.Cql;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Cassandra.Tests;

/// <summary>A request's result is what the client's becomes when it is taken, and it goes on where its awaiter wants.</summary>
public sealed class SessionAnswerTests
{
    private static readonly Func<CqlResult, CancellationToken, ReadResult> s_translate = (result, _) => ReadResult.Unavailable(result.Reason!);

    private readonly TaskCompletionSource<CqlResult> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task What_is_answered_later_is_translated_then()
    {
        ValueTask<ReadResult> reading = Begin();
        Assert.False(reading.IsCompleted);
        Task<string?> taken = TakeAsync(reading);
        _asked.SetResult(new CqlResult(CqlOutcome.Unavailable, null, "no coordinator"));

        Assert.Equal("no coordinator", await taken);
    }

    [Fact]
    public async Task What_is_answered_at_once_is_there_at_once()
    {
        _asked.SetResult(new CqlResult(CqlOutcome.Unavailable, null, "no coordinator"));
        ValueTask<ReadResult> reading = Begin();

        Assert.True(reading.IsCompletedSuccessfully);
        Assert.Equal("no coordinator", (await reading).Reason);
    }

    [Fact]
    public async Task What_the_client_throws_is_thrown()
    {
        ValueTask<ReadResult> reading = Begin();
        _asked.SetException(new InvalidOperationException("a fault"));

        Assert.True(reading.IsFaulted);
        Assert.Equal("a fault", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await reading)).Message);
    }

    [Fact]
    public async Task A_caller_who_gave_up_is_told_so_by_an_exception()
    {
        using CancellationTokenSource gone = new();
        await gone.CancelAsync();
        _asked.SetResult(new CqlResult(CqlOutcome.Cancelled, null, "the caller gave up"));
        ValueTask<ReadResult> reading = SessionAnswer<ReadResult>.Of(
            new(_asked.Task), SessionValues.Of(new SessionKey("k"u8.ToArray())), (_, token) => throw new OperationCanceledException(token), gone.Token);

        Assert.Equal(gone.Token, (await Assert.ThrowsAsync<OperationCanceledException>(async () => await reading)).CancellationToken);
    }

    /// <summary>It is used again for other requests: who takes a result twice must not get one of those.</summary>
    [Fact]
    public async Task A_result_is_taken_once()
    {
        _asked.SetResult(new CqlResult(CqlOutcome.Unavailable, null, "mine"));
        ValueTask<ReadResult> reading = Begin();
        ValueTask<ReadResult> same = reading;
        Assert.Equal("mine", (await reading).Reason);
        ValueTask<ReadResult> others = SessionAnswer<ReadResult>.Of(
            new(new CqlResult(CqlOutcome.Unavailable, null, "another's")), SessionValues.Of(new SessionKey("o"u8.ToArray())), s_translate, default);

        Assert.Throws<InvalidOperationException>(() => same.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await same);
        Assert.Equal("another's", (await others).Reason);
    }

    [Fact]
    public async Task It_goes_on_in_its_awaiters_context_when_that_is_asked_for_and_nowhere_else()
    {
        Counting context = new();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        Task<string?> there;
        Task<string?> anywhere;
        try
        {
            there = TakeAsync(Begin());
            anywhere = TakeAnywhereAsync(Begin());
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        _asked.SetResult(new CqlResult(CqlOutcome.Unavailable, null, "both"));
        Assert.Equal(["both", "both"], await Task.WhenAll(there, anywhere));
        Assert.Equal(1, context.Posts);
    }

    private ValueTask<ReadResult> Begin() =>
        SessionAnswer<ReadResult>.Of(new(_asked.Task), SessionValues.Of(new SessionKey("k"u8.ToArray())), s_translate, CancellationToken.None);

    private static async Task<string?> TakeAsync(ValueTask<ReadResult> reading) => (await reading).Reason;

    private static async Task<string?> TakeAnywhereAsync(ValueTask<ReadResult> reading) => (await reading.ConfigureAwait(false)).Reason;

    private sealed class Counting : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }
}
