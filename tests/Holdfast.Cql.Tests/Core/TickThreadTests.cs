using Holdfast.Cql.Core;
using Xunit;

namespace Holdfast.Cql.Tests.Core;

public sealed class TickThreadTests
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_calls_again_and_again_and_never_after_it_has_been_disposed_of()
    {
        int calls = 0;
        TaskCompletionSource third = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TickThread ticking = new(s_every, () =>
        {
            if (Interlocked.Increment(ref calls) == 3)
            {
                third.SetResult();
            }
        });
        await third.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        await ticking.DisposeAsync();
        int atEnd = calls;
        await Task.Delay(20 * s_every, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(atEnd, calls);
    }

    [Fact]
    public async Task Disposing_of_it_waits_for_the_call_that_is_under_way()
    {
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim mayEnd = new();
        bool ended = false;
        TickThread ticking = new(s_every, () =>
        {
            begun.Set();
            mayEnd.Wait();
            Volatile.Write(ref ended, true);
        });
        Assert.True(begun.Wait(s_patience, TestContext.Current.CancellationToken));
        ValueTask disposing = ticking.DisposeAsync();
        Assert.False(disposing.IsCompleted);
        mayEnd.Set();
        await disposing.AsTask().WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.True(Volatile.Read(ref ended));
    }
}
