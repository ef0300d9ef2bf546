using Holdfast.Insight.Quota;
using Xunit;

namespace Holdfast.Insight.Tests.Quota;

public sealed class QuotaWindowTests
{
    [Fact]
    public void A_second_with_more_writes_than_the_limit_is_counted_once_and_one_with_as_many_is_not()
    {
        QuotaWindow window = new(new QuotaLimit(10, 0));
        Ask(window, second: 0, times: 10);
        Assert.Equal(new QuotaCounts(0, 0, 0), window.Read());
        Ask(window, second: 1, times: 11);
        Ask(window, second: 2, times: 1_000);
        Ask(window, second: 3, times: 3);

        Assert.Equal(new QuotaCounts(2, 0, 0), window.Read());
    }

    [Fact]
    public void Bytes_have_a_limit_of_their_own()
    {
        QuotaWindow window = new(new QuotaLimit(0, 1_000));
        Ask(window, second: 0, times: 10, bytes: 100);
        Ask(window, second: 1, times: 1, bytes: 1_001);
        Ask(window, second: 2, times: 11, bytes: 100);

        Assert.Equal(new QuotaCounts(0, 2, 0), window.Read());
    }

    [Fact]
    public void There_is_room_up_to_the_limit_in_each_second()
    {
        QuotaWindow window = new(new QuotaLimit(10, 0));

        Assert.Equal(10, Ask(window, second: 0, times: 30));
        Assert.Equal(10, Ask(window, second: 1, times: 30));
    }

    [Fact]
    public void What_passes_beyond_takes_the_room_of_others()
    {
        QuotaWindow window = new(new QuotaLimit(10, 1_000));
        window.PassBeyond(700, TimeSpan.Zero);

        Assert.True(window.TryTake(300, TimeSpan.Zero));
        Assert.False(window.TryTake(1, TimeSpan.Zero));
        Assert.True(window.TryTake(1, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void What_is_refused_still_says_that_too_much_is_asked_for()
    {
        QuotaWindow window = new(new QuotaLimit(10, 0));
        for (int i = 0; i < 100; i++)
        {
            if (!window.TryTake(1, TimeSpan.FromSeconds(i * 0.05)))
            {
                window.Refuse();
            }
        }

        Assert.Equal(new QuotaCounts(5, 0, 50), window.Read());
    }

    [Fact]
    public void A_clock_that_reads_a_little_late_opens_no_second_again()
    {
        QuotaWindow window = new(new QuotaLimit(1, 0));
        Ask(window, second: 5, times: 1);

        Assert.False(window.TryTake(1, TimeSpan.FromSeconds(4.9)));
    }

    private static int Ask(QuotaWindow window, double second, int times, long bytes = 1) =>
        Enumerable.Range(0, times).Count(_ => window.TryTake(bytes, TimeSpan.FromSeconds(second)));
}
