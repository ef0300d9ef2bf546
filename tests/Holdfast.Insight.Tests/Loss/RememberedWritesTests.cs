using CsCheck;
using Holdfast.Insight.Loss;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Insight.Tests.Loss;

public sealed class RememberedWritesTests
{
    private static readonly SessionTtl s_hour = new(3_600);

    [Fact]
    public void What_was_written_is_held_until_shortly_before_it_expires()
    {
        RememberedWrites writes = new(4_096);
        writes.Add(1, Seconds(100), s_hour);

        Assert.True(writes.Holds(1, Seconds(100)));
        Assert.True(writes.Holds(1, Seconds(100 + 3_600 - 33)));
        Assert.False(writes.Holds(1, Seconds(100 + 3_600 - 15)));
        Assert.False(writes.Holds(2, Seconds(100)));
    }

    [Fact]
    public void What_never_expires_is_held_and_what_expires_at_once_is_not()
    {
        RememberedWrites writes = new(4_096);
        writes.Add(1, Seconds(0), SessionTtl.Never);
        writes.Add(2, Seconds(0), new SessionTtl(16));

        Assert.True(writes.Holds(1, TimeSpan.FromDays(365)));
        Assert.False(writes.Holds(2, Seconds(0)));
    }

    [Fact]
    public void A_later_write_replaces_the_end_also_by_a_nearer_one()
    {
        RememberedWrites writes = new(64);
        writes.Add(1, Seconds(0), s_hour);
        writes.Add(1, Seconds(0), new SessionTtl(60));
        Assert.True(writes.Holds(1, Seconds(20)));
        Assert.False(writes.Holds(1, Seconds(60)));

        writes.Add(1, Seconds(0), s_hour);
        writes.Add(1, Seconds(0), new SessionTtl(5));
        Assert.False(writes.Holds(1, Seconds(0)));
        Assert.Equal(0, writes.Count(Seconds(0)));
    }

    [Fact]
    public void What_was_deleted_is_not_held()
    {
        RememberedWrites writes = new(4_096);
        writes.Add(1, Seconds(0), s_hour);
        writes.Forget(1);

        Assert.False(writes.Holds(1, Seconds(0)));
    }

    [Fact]
    public void A_full_bucket_forgets_what_expires_soonest()
    {
        RememberedWrites writes = new(64); // one bucket of eight
        for (ulong i = 1; i <= 9; i++)
        {
            writes.Add(i << 32, Seconds(0), new SessionTtl(1_000 * (int)(10 - i)));
        }

        // The ninth takes the place of the eighth, which expires soonest of those before it.
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 9], Enumerable.Range(1, 9).Where(i => writes.Holds((ulong)i << 32, Seconds(0))));
        Assert.Equal(8, writes.Count(Seconds(0)));
    }

    /// <summary>Every bit of the hash tells keys apart: at least 40 of them within a bucket, at any size.</summary>
    [Theory]
    [InlineData(64L)]
    [InlineData(64L * 1024)]
    [InlineData(64L * 1024 * 1024)]
    [InlineData(1L << 30)]
    public void A_key_that_differs_in_one_of_forty_bits_is_not_held(long bytes)
    {
        RememberedWrites writes = new(bytes);
        Gen.ULong.Sample(
            hash =>
            {
                writes.Add(hash, Seconds(0), s_hour);
                bool told = writes.Holds(hash, Seconds(0))
                    && Enumerable.Range(22, 42).All(bit => !writes.Holds(hash ^ (1UL << bit), Seconds(0)));
                writes.Forget(hash);
                return told;
            },
            iter: 100,
            threads: 1);
    }

    [Theory]
    [InlineData(64L * 1024 * 1024, 1 << 20, 1.82e-12)]
    [InlineData(1L << 30, 1 << 24, 7.28e-12)]
    [InlineData(100L * 1024 * 1024, 1 << 20, 1.82e-12)]
    public void The_false_positive_rate_is_what_the_documentation_says(long bytes, int buckets, double rate)
    {
        RememberedWrites writes = new(bytes);

        Assert.Equal(buckets, writes.Buckets);
        Assert.Equal(rate, writes.FalsePositiveRate, rate * 0.01);
    }

    [Fact]
    public void Of_a_table_that_is_half_full_no_other_key_is_held()
    {
        RememberedWrites writes = new(1 << 20);
        KeyedHash hash = new(new byte[16]);
        for (int i = 0; i < 65_536; i++)
        {
            writes.Add(hash.Of(BitConverter.GetBytes(i)), Seconds(0), s_hour);
        }

        Assert.InRange(writes.Count(Seconds(0)), 62_000, 65_536);
        Assert.DoesNotContain(Enumerable.Range(100_000, 1_000_000), i => writes.Holds(hash.Of(BitConverter.GetBytes(i)), Seconds(0)));
    }

    [Fact]
    public void The_count_of_a_large_table_is_close()
    {
        RememberedWrites writes = new(16 << 20);
        KeyedHash hash = new(new byte[16]);
        for (int i = 0; i < 200_000; i++)
        {
            writes.Add(hash.Of(BitConverter.GetBytes(i)), Seconds(0), s_hour);
        }

        Assert.InRange(writes.Count(Seconds(0)), 199_000, 200_000); // few are forgotten in full buckets
        Assert.Equal(0, writes.Count(Seconds(3_600)));
        for (int i = 0; i < 100_000; i++)
        {
            writes.Add(hash.Of(BitConverter.GetBytes(i)), Seconds(3_600), s_hour);
        }

        Assert.InRange(writes.Count(Seconds(3_600)), 95_000, 105_000);
    }

    [Fact]
    public void The_first_key_is_counted_however_large_the_table()
    {
        RememberedWrites writes = new(16 << 20);
        writes.Add(1 << 17, Seconds(0), s_hour);
        Assert.Equal(1, writes.Count(Seconds(0)));

        writes.Add(1 << 17, Seconds(10), s_hour);
        Assert.Equal(1, writes.Count(Seconds(10)));

        writes.Forget(1 << 17);
        writes.Forget(1 << 17);
        Assert.Equal(0, writes.Count(Seconds(10)));
    }

    [Fact]
    public async Task Many_may_write_and_read_at_one_time()
    {
        RememberedWrites writes = new(1 << 20);
        KeyedHash hash = new(new byte[16]);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = thread; i < 40_000; i += 4)
            {
                ulong own = hash.Of(BitConverter.GetBytes(i));
                writes.Add(own, Seconds(0), s_hour);
                writes.Forget(own);
                writes.Add(own, Seconds(0), s_hour);
            }
        })));

        // Two that meet in a bucket may cost one of them.
        Assert.InRange(Enumerable.Range(0, 40_000).Count(i => writes.Holds(hash.Of(BitConverter.GetBytes(i)), Seconds(0))), 39_500, 40_000);
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
