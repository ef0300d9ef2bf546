using Holdfast.Cql.Execution;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Cql.Tests.Execution;

/// <summary>The rules around a request: timestamps, budgets, deadlines, ranges that nobody serves, waiting.</summary>
public sealed class ExecutionRulesTests
{
    [Fact]
    public void Timestamps_never_go_back_whatever_the_clock_does()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch.AddYears(50)) { AutoAdvanceAmount = TimeSpan.Zero };
        TimestampSource source = new(clock);
        long first = source.Next();
        Assert.Equal(first + 1, source.Next());

        clock.AdjustTime(clock.GetUtcNow().AddHours(-1));

        Assert.Equal(first + 2, source.Next());
    }

    [Fact]
    public void A_write_after_a_read_beats_what_was_read_even_from_a_faster_clock()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
        TimestampSource source = new(clock);
        long seen = source.Next() + 900_000;

        source.Saw(seen);
        Assert.Equal(seen + 1, source.Next());

        source.Saw(seen + 10_000_000); // more than a second ahead: a broken clock
        Assert.Equal(seen + 2, source.Next());
    }

    [Fact]
    public void Timestamps_are_unique_across_threads()
    {
        TimestampSource source = new(new FakeTimeProvider());
        long[][] all = new long[4][];
        Parallel.For(0, 4, i => all[i] = [.. Enumerable.Range(0, 10_000).Select(_ => source.Next())]);

        Assert.Equal(40_000, all.SelectMany(x => x).Distinct().Count());
        Assert.All(all, mine => Assert.True(mine.Zip(mine.Skip(1)).All(pair => pair.First < pair.Second)));
    }

    [Fact]
    public void A_retry_budget_is_a_share_of_the_requests_plus_a_rate_and_recovers()
    {
        RetryBudget budget = new(share: 0.2, perSecond: 10, TimeSpan.FromSeconds(10));
        TimeSpan now = TimeSpan.FromHours(1);
        for (int i = 0; i < 1_000; i++)
        {
            budget.Request(now);
        }

        int taken = 0;
        while (budget.TryTake(now))
        {
            taken++;
        }

        Assert.Equal(300, taken); // 0.2 × 1,000 + 10/s × 10 s
        now += TimeSpan.FromSeconds(11);
        Assert.Equal(100, budget.Remaining(now));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(66)]
    [InlineData(100)]
    public void A_short_deadline_has_an_attempt_too(int milliseconds)
    {
        DeadlinePlan plan = DeadlinePlan.From(TimeSpan.Zero, TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds) * DeadlinePlan.AttemptShare, plan.AttemptUntil(TimeSpan.Zero));
        Assert.Null(plan.AttemptUntil(plan.Deadline));
    }

    [Fact]
    public void Without_any_time_there_is_no_attempt() =>
        Assert.Null(DeadlinePlan.From(TimeSpan.FromSeconds(7), TimeSpan.Zero).AttemptUntil(TimeSpan.FromSeconds(7)));

    [Fact]
    public void Three_attempts_fit_a_deadline_and_none_starts_at_its_end()
    {
        DeadlinePlan plan = DeadlinePlan.From(TimeSpan.Zero, TimeSpan.FromSeconds(2));
        TimeSpan now = TimeSpan.Zero;
        int attempts = 0;
        while (plan.AttemptUntil(now) is { } until)
        {
            attempts++;
            Assert.True(until <= plan.Deadline);
            now = until;
        }

        Assert.Equal(4, attempts); // three of 0.6 s and one of the 0.2 s that are left
        Assert.Equal(plan.Deadline, now);
    }

    [Fact]
    public void Hedges_are_at_most_a_twentieth_and_none_with_one_coordinator_or_a_failing_cluster()
    {
        HedgePolicy hedges = new();
        TimeSpan now = TimeSpan.FromSeconds(100);
        for (int i = 0; i < 1_000; i++)
        {
            hedges.Request(now);
        }

        Assert.False(hedges.MayHedge(coordinatorsUp: 1, clusterFails: false, now));
        Assert.False(hedges.MayHedge(coordinatorsUp: 3, clusterFails: true, now));
        int sent = 0;
        while (hedges.MayHedge(3, clusterFails: false, now))
        {
            hedges.Hedged(now);
            sent++;
        }

        Assert.Equal(60, sent);
        Assert.Equal(TimeSpan.FromMilliseconds(5), HedgePolicy.Delay(TimeSpan.FromMilliseconds(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(50), HedgePolicy.Delay(TimeSpan.FromMilliseconds(50)));
    }
}
