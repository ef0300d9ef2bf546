using Holdfast.Lab.Simulation;
using Xunit;

namespace Holdfast.Lab.Tests.Simulation;

public sealed class SchedulerTests
{
    private static readonly DateTimeOffset Epoch = new(2023, 1, 24, 20, 0, 0, TimeSpan.Zero);
    private readonly Scheduler scheduler = new(7, Epoch);

    [Fact]
    public void Events_run_by_time_and_then_in_the_order_in_which_they_were_asked_for()
    {
        var order = new List<string>();
        scheduler.After(TimeSpan.FromSeconds(2), () => order.Add("late"));
        scheduler.After(TimeSpan.FromSeconds(1), () => order.Add("first"));
        scheduler.After(TimeSpan.FromSeconds(1), () => order.Add("second"));
        scheduler.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(["first", "second", "late"], order);
        Assert.Equal(Epoch.AddSeconds(3), scheduler.UtcNow);
    }

    [Fact]
    public void A_cancelled_event_does_not_run_and_does_not_move_the_clock()
    {
        var cancelled = scheduler.After(TimeSpan.FromSeconds(1), () => Assert.Fail("ran"));
        cancelled.Cancel();
        Assert.Null(scheduler.NextDue);
        Assert.False(scheduler.RunNext(TimeSpan.MaxValue));
        Assert.Equal(TimeSpan.Zero, scheduler.Now);
    }

    [Fact]
    public void Running_until_a_condition_stops_at_the_event_that_made_it_true()
    {
        var done = false;
        scheduler.After(TimeSpan.FromSeconds(5), () => done = true);
        scheduler.After(TimeSpan.FromSeconds(6), () => Assert.Fail("ran on"));
        Assert.True(scheduler.RunUntil(() => done, TimeSpan.FromSeconds(10)));
        Assert.Equal(TimeSpan.FromSeconds(5), scheduler.Now);
    }

    [Fact]
    public void Its_time_provider_drives_timers_in_virtual_time()
    {
        var fired = new List<TimeSpan>();
        using var timer = scheduler.Time.CreateTimer(
            _ => fired.Add(scheduler.Now), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        scheduler.RunFor(TimeSpan.FromSeconds(6));
        Assert.Equal([1, 3, 5], fired.Select(at => (int)at.TotalSeconds));
    }

    [Fact]
    public void One_seed_draws_one_sequence_and_forks_do_not_disturb_each_other()
    {
        var one = new Randomness(42);
        var other = new Randomness(42);
        _ = one.Fork("gossip").NextUInt64();
        Assert.Equal(one.NextUInt64(), other.NextUInt64());
        Assert.NotEqual(one.Fork("a").NextUInt64(), one.Fork("b").NextUInt64());
        Assert.Equal(0xE220A8397B1DCDAFUL, new Randomness(0).NextUInt64()); // SplitMix64's published first value for seed 0
    }

    [Fact]
    public void The_trace_tells_apart_what_happened_in_another_order()
    {
        var one = new EventTrace();
        var other = new EventTrace();
        one.Add(TimeSpan.Zero, "a");
        one.Add(TimeSpan.Zero, "b");
        other.Add(TimeSpan.Zero, "b");
        other.Add(TimeSpan.Zero, "a");
        Assert.NotEqual(one.Hash, other.Hash);
    }
}
