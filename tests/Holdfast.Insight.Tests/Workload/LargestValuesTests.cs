using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Insight.Tests.Workload;

public sealed class LargestValuesTests
{
    private static readonly NamespaceCounts s_space = new("wiki", new QuotaLimit());

    private readonly LargestValues _values = new(places: 3);

    [Fact]
    public void The_largest_are_kept_the_first_of_them_first()
    {
        foreach (ulong size in (ulong[])[5, 1, 9, 3, 7, 2])
        {
            Write(size, (long)size);
        }

        Assert.Equal([9, 7, 5], Sizes());
    }

    [Fact]
    public void A_key_counts_with_its_last_size()
    {
        Write(1, 9);
        Write(2, 8);
        Write(3, 7);
        Write(1, 1);

        Assert.Equal([8, 7, 1], Sizes());
        Write(4, 5);
        Assert.Equal([8, 7, 5], Sizes());
    }

    [Fact]
    public void What_was_deleted_or_has_expired_makes_room()
    {
        Write(1, 9);
        Write(2, 8, life: 10);
        Write(3, 7);
        _values.Forget(1);
        Assert.Equal([8, 7], Sizes());
        Assert.Equal([7], Sizes(at: 11));
        Write(4, 1, at: 11);
        Assert.Equal([7, 1], Sizes(at: 11));
    }

    [Fact]
    public void What_is_written_again_with_its_size_lives_longer_and_costs_no_allocation()
    {
        Write(1, 9, life: 10);
        Write(2, 8, life: 10);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Write(1, 9, life: 10, at: 8);
            }
        }));
        Assert.Equal([9], Sizes(at: 12));
    }

    [Fact]
    public void What_never_expires_stays()
    {
        _values.Written(1, 9, SessionTtl.Never, s_space, TimeSpan.Zero);
        Assert.Equal([9], Sizes(at: 1_000_000));
    }

    private void Write(ulong key, long bytes, int life = 1_000, double at = 0) =>
        _values.Written(key, bytes, new SessionTtl(life), s_space, TimeSpan.FromSeconds(at));

    private long[] Sizes(double at = 0) => [.. _values.Read(TimeSpan.FromSeconds(at)).Select(value => value.Bytes)];
}
