using Holdfast.Cassandra.Deletes;
using Xunit;

namespace Holdfast.Cassandra.Tests.Deletes;

public sealed class DeleteQueueTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DeleteQueue _queue = new(new DeleteQueueOptions { CountMax = 100, BytesMax = 10_000, RoundMax = 4 });

    [Fact]
    public void A_repeat_is_due_after_a_second_and_ever_more_rarely_while_none_succeeds()
    {
        _queue.TryAdd(Delete("a"), s_start);
        List<int> waits = [];
        DateTimeOffset now = s_start;
        DateTimeOffset last = s_start;
        while (waits.Count < 8)
        {
            now += TimeSpan.FromSeconds(1);
            if (_queue.TakeDue(now).Count > 0)
            {
                waits.Add((int)(now - last).TotalSeconds);
                last = now;
                _queue.RoundEnded(anySucceeded: false, now);
            }
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30], waits);
    }

    [Fact]
    public void After_a_success_the_next_round_may_begin_at_once()
    {
        for (int i = 0; i < 10; i++)
        {
            _queue.TryAdd(Delete($"{i}"), s_start);
        }

        DateTimeOffset now = s_start.AddSeconds(1);
        int rounds = 0;
        while (_queue.TakeDue(now) is { Count: > 0 } due)
        {
            rounds++;
            Assert.All(due, delete => Assert.True(_queue.Remove(delete)));
            _queue.RoundEnded(anySucceeded: true, now);
        }

        Assert.Equal((3, 0, 0L), (rounds, _queue.Count, _queue.Bytes));
    }

    [Fact]
    public void One_that_never_succeeds_keeps_nobody_from_a_turn()
    {
        for (int i = 0; i < 9; i++)
        {
            _queue.TryAdd(Delete($"{i}"), s_start);
        }

        HashSet<PendingDelete> tried = [];
        DateTimeOffset now = s_start;
        for (int round = 0; round < 3; round++)
        {
            now += TimeSpan.FromMinutes(1);
            tried.UnionWith(_queue.TakeDue(now));
            _queue.RoundEnded(anySucceeded: false, now);
        }

        Assert.Equal(9, tried.Count);
    }

    [Fact]
    public void A_key_is_pending_once_with_its_newest_timestamp()
    {
        _queue.TryAdd(Delete("a", timestamp: 5), s_start);
        _queue.TryAdd(Delete("a", timestamp: 7), s_start);
        _queue.TryAdd(Delete("a", timestamp: 6), s_start);

        Assert.Equal(7, Assert.Single(_queue.All).Timestamp);
        Assert.False(_queue.Remove(Delete("a", timestamp: 5)));
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public void Past_the_longest_life_of_a_session_it_is_given_up()
    {
        _queue.TryAdd(Delete("short", life: 60), s_start);
        _queue.TryAdd(Delete("long", life: 600), s_start);

        Assert.Empty(_queue.Expire(s_start.AddSeconds(59)));
        Assert.Equal("short"u8, Assert.Single(_queue.Expire(s_start.AddSeconds(70))).Key);
        Assert.Equal("long"u8, Assert.Single(_queue.All).Key);
    }

    [Fact]
    public void It_is_bounded_in_number()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.True(new DeleteQueue(new DeleteQueueOptions { CountMax = 1 }).TryAdd(Delete($"{i}"), s_start));
        }

        DeleteQueue one = new(new DeleteQueueOptions { CountMax = 1 });
        Assert.True(one.TryAdd(Delete("a"), s_start));
        Assert.False(one.TryAdd(Delete("b"), s_start));
        Assert.True(one.TryAdd(Delete("a", timestamp: 9), s_start));
    }

    [Fact]
    public void It_is_bounded_in_bytes()
    {
        int taken = 0;
        while (taken < 100 && _queue.TryAdd(Delete(new string((char)('a' + taken), 1_000)), s_start))
        {
            taken++;
        }

        Assert.InRange(taken, 5, 10);
        Assert.InRange(_queue.Bytes, 5_000, 10_000);
    }

    internal static PendingDelete Delete(string key, long timestamp = 1, int life = 3_600) =>
        new(System.Text.Encoding.UTF8.GetBytes(key), timestamp, s_start.AddSeconds(life));
}
