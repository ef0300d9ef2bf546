using System.Buffers;
using Holdfast.Embedded.Writing;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Embedded.Tests.Writing;

/// <summary>Who decides when a caller gives up while the writer comes for its memory: one of the two, never both.</summary>
public sealed class WriteRequestTests
{
    [Fact]
    public async Task A_taken_request_completes_with_the_writers_answer()
    {
        WriteRequest request = NewSet();
        ValueTask<WriteResult> task = request.Begin(CancellationToken.None);

        Assert.True(request.TryTake());
        Assert.False(task.IsCompleted);
        request.Complete(WriteResult.OutOfSpace("full"));

        Assert.Equal(StoreStatus.OutOfSpace, (await task).Status);
    }

    [Fact]
    public async Task Who_gives_up_while_it_waits_is_told_so_and_the_writer_passes_over_it()
    {
        using CancellationTokenSource giveUp = new();
        WriteRequest request = NewSet();
        ValueTask<WriteResult> task = request.Begin(giveUp.Token);

        await giveUp.CancelAsync();

        Assert.False(request.TryTake());
        OperationCanceledException told = await Assert.ThrowsAsync<OperationCanceledException>(async () => await task);
        Assert.Equal(giveUp.Token, told.CancellationToken);
        Assert.False(request.TryTake()); // it is still in the queue: it must not have become somebody else's
    }

    [Fact]
    public async Task Who_gives_up_after_the_writer_came_waits_for_the_writer()
    {
        using CancellationTokenSource giveUp = new();
        WriteRequest request = NewSet();
        ValueTask<WriteResult> task = request.Begin(giveUp.Token);

        Assert.True(request.TryTake());
        await giveUp.CancelAsync();
        Assert.False(task.IsCompleted); // the writer may still read the caller's memory
        request.Complete(WriteResult.Ok);

        Assert.Equal(StoreStatus.Ok, (await task).Status);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_drops_the_request_at_once()
    {
        WriteRequest request = NewSet();
        ValueTask<WriteResult> task = request.Begin(new CancellationToken(canceled: true));

        Assert.False(request.TryTake());
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await task);
    }

    [Fact]
    public async Task A_request_that_found_no_room_is_answered_once()
    {
        WriteRequest request = NewSet();
        ValueTask<WriteResult> task = request.Begin(CancellationToken.None);

        request.Refuse(WriteResult.Unavailable("full"));

        Assert.Equal(StoreStatus.Unavailable, (await task).Status);
    }

    [Fact]
    public async Task Refusing_a_request_whose_caller_gave_up_changes_nothing()
    {
        WriteRequest request = NewSet();
        ValueTask<WriteResult> task = request.Begin(new CancellationToken(canceled: true));

        request.Refuse(WriteResult.Unavailable("full"));

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await task);
    }

    [Fact]
    public async Task When_writer_and_caller_race_exactly_one_of_them_wins()
    {
        for (int i = 0; i < 2_000; i++)
        {
            using CancellationTokenSource giveUp = new();
            WriteRequest request = NewSet();
            ValueTask<WriteResult> task = request.Begin(giveUp.Token);
            Task<bool> writer = Task.Run(() =>
            {
                bool taken = request.TryTake();
                if (taken)
                {
                    request.Complete(WriteResult.Ok);
                }

                return taken;
            });
            await giveUp.CancelAsync();
            bool answered;
            try
            {
                answered = (await task).Status == StoreStatus.Ok;
            }
            catch (OperationCanceledException)
            {
                answered = false;
            }

            Assert.Equal(await writer, answered);
        }
    }

    private static WriteRequest NewSet() =>
        WriteRequest.Set(new SessionKey("key"u8.ToArray()), new ReadOnlySequence<byte>(new byte[10]), SessionTtl.Never);
}
