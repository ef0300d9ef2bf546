using Holdfast.Embedded.Recovery;
using Xunit;

namespace Holdfast.Embedded.Tests.Recovery;

/// <summary>When a failed database is tried again, in virtual time.</summary>
public sealed class ReopenScheduleTests
{
    private readonly ReopenSchedule _schedule = new();

    [Fact]
    public void Waits_double_up_to_the_longest_and_stay_there()
    {
        List<double> waits = [];
        TimeSpan now = TimeSpan.FromHours(1);
        for (int i = 0; i < 9; i++)
        {
            _schedule.Failed(now);
            TimeSpan wait = _schedule.Until(now);
            waits.Add(wait.TotalMilliseconds);
            now += wait;
            Assert.Equal(TimeSpan.Zero, _schedule.Until(now));
        }

        Assert.Equal([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000], waits);
    }

    [Fact]
    public void A_wait_shrinks_as_time_passes_and_never_below_zero()
    {
        TimeSpan now = TimeSpan.FromHours(1);
        _schedule.Failed(now);

        Assert.Equal(TimeSpan.FromMilliseconds(1), _schedule.Until(now + ReopenSchedule.First - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(TimeSpan.Zero, _schedule.Until(now + ReopenSchedule.First));
        Assert.Equal(TimeSpan.Zero, _schedule.Until(now + TimeSpan.FromDays(1)));
    }

    [Fact]
    public void After_a_success_the_first_wait_is_short_again()
    {
        TimeSpan now = TimeSpan.FromHours(1);
        for (int i = 0; i < 20; i++)
        {
            _schedule.Failed(now);
        }

        _schedule.Succeeded();
        _schedule.Failed(now);

        Assert.Equal(ReopenSchedule.First, _schedule.Until(now));
    }
}
