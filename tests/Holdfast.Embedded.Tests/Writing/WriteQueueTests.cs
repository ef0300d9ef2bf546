using Holdfast.Embedded.Writing;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Embedded.Tests.Writing;

/// <summary>The queue is bounded, and drained only when nobody who was let in is left.</summary>
public sealed class WriteQueueTests
{
    [Fact]
    public void Requests_leave_in_the_order_they_came()
    {
        using WriteQueue queue = new(10);
        WriteRequest[] added = [NewDelete(), NewDelete(), NewDelete()];
        Assert.All(added, request => Assert.True(queue.TryAdd(request)));

        foreach (WriteRequest expected in added)
        {
            Assert.True(queue.TryTake(out WriteRequest taken));
            Assert.Same(expected, taken);
        }

        Assert.False(queue.TryTake(out _));
    }

    [Fact]
    public void A_full_queue_refuses_and_takes_again_when_one_has_left()
    {
        using WriteQueue queue = new(2);
        Assert.True(queue.TryAdd(NewDelete()));
        Assert.True(queue.TryAdd(NewDelete()));

        Assert.False(queue.TryAdd(NewDelete()));
        Assert.Equal(2, queue.Count);
        Assert.True(queue.TryTake(out _));
        Assert.True(queue.TryAdd(NewDelete()));
    }

    [Fact]
    public void A_closed_queue_refuses_and_is_drained_when_the_last_has_left()
    {
        using WriteQueue queue = new(2);
        Assert.True(queue.TryAdd(NewDelete()));
        Assert.False(queue.IsDrained);

        queue.Close();

        Assert.False(queue.TryAdd(NewDelete()));
        Assert.False(queue.IsDrained);
        Assert.True(queue.TryTake(out _));
        Assert.True(queue.IsDrained);
    }

    private static WriteRequest NewDelete() => WriteRequest.Delete(new SessionKey("key"u8.ToArray()));
}
