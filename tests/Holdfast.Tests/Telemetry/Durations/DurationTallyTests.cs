using Holdfast.Telemetry.Durations;
using Xunit;

namespace Holdfast.Tests.Telemetry.Durations;

public sealed class DurationTallyTests
{
    private static readonly double[] s_bounds = [.001, .01, .25, 1];

    [Fact]
    public void What_is_handed_over_has_the_counts_the_buckets_and_the_sum_of_what_was_added()
    {
        DurationTally tally = new(2, s_bounds);
        Random random = new(20230124);
        TimeSpan[] durations = [.. Enumerable.Range(0, 5_000).Select(_ => TimeSpan.FromTicks((long)Math.Pow(10, 2 + (random.NextDouble() * 6))))];
        Histogram expected = new();
        Histogram handed = new();
        foreach (TimeSpan duration in durations)
        {
            tally.Add(1, duration);
            expected.Record(duration, 1);
            if (random.Next(100) == 0)
            {
                Hand(tally, handed);
            }
        }

        Hand(tally, handed);

        Assert.Equal(expected.Buckets, handed.Buckets);
        Assert.InRange(handed.Sum - expected.Sum, TimeSpan.FromTicks(-durations.Length), TimeSpan.Zero); // a mean is whole ticks
        Assert.Equal(durations.Length, tally.Count(1));
        int longer = durations.Count(duration => duration > TimeSpan.FromMilliseconds(250));
        Assert.Equal((durations.Length - longer, longer), tally.CountAround(1, TimeSpan.FromMilliseconds(250)));
        Assert.Equal(0, tally.Count(0));
        Assert.Empty(HandedNow(tally));
    }

    [Theory]
    [InlineData(10_000, 0)] // a bound belongs to the bucket that ends with it
    [InlineData(10_001, 1)]
    [InlineData(2_500_000, 2)]
    [InlineData(2_500_001, 3)]
    [InlineData(10_000_000, 3)]
    [InlineData(10_000_001, 4)]
    [InlineData(long.MaxValue / 4, 4)]
    public void A_bound_is_the_last_of_its_bucket(long ticks, int bucket)
    {
        DurationTally tally = new(1, s_bounds);
        tally.Add(0, TimeSpan.FromTicks(ticks));

        (_, TimeSpan duration, long times) = Assert.Single(HandedNow(tally));

        Assert.Equal((ticks, 1), (duration.Ticks, times));
        Assert.Equal(bucket, Histogram.BucketOf(duration));
    }

    [Fact]
    public void Nothing_is_lost_or_moves_to_another_bucket_while_many_add_and_two_hand_over()
    {
        const int writers = 4, each = 50_000;
        DurationTally tally = new(1, s_bounds);
        Histogram handed = new();
        using CancellationTokenSource over = new();
        Thread[] handing = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!over.IsCancellationRequested)
            {
                Hand(tally, handed);
            }
        }))];
        Array.ForEach(handing, thread => thread.Start());
        Parallel.For(0, writers, writer =>
        {
            for (int i = 0; i < each; i++)
            {
                tally.Add(0, TimeSpan.FromTicks(i % 2 == 0 ? 10_001 : 99_999)); // both ends of one bucket
            }
        });
        over.Cancel();
        Array.ForEach(handing, thread => thread.Join());
        Hand(tally, handed);

        Assert.Equal([0, writers * each, 0, 0, 0], handed.Buckets);
    }

    private static void Hand(DurationTally tally, Histogram to) => tally.Hand((_, duration, times) => to.Record(duration, times));

    private static List<(int Series, TimeSpan Duration, long Times)> HandedNow(DurationTally tally)
    {
        List<(int, TimeSpan, long)> all = [];
        tally.Hand((series, duration, times) => all.Add((series, duration, times)));
        return all;
    }

    private sealed class Histogram
    {
        public long[] Buckets { get; } = new long[s_bounds.Length + 1];

        public TimeSpan Sum { get; private set; }

        public static int BucketOf(TimeSpan duration) => s_bounds.Count(bound => duration.TotalSeconds > bound);

        public void Record(TimeSpan duration, long times)
        {
            Buckets[BucketOf(duration)] += times;
            Sum += duration * times;
        }
    }
}
