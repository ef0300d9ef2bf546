using Holdfast.Insight.Loss;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Insight.Tests.Loss;

public sealed class SentinelScheduleTests
{
    private static readonly SentinelOptions s_options = new() { LongOneIn = int.MaxValue, LongLife = new SessionTtl(600) };

    private readonly SentinelSchedule _schedule = new(s_options);

    [Fact]
    public void One_is_written_every_interval_and_none_in_between()
    {
        List<int> written = [.. Enumerable.Range(0, 61).Where(second => _schedule.NextToWrite(Seconds(second)) is not null)];

        Assert.Equal([0, 10, 20, 30, 40, 50, 60], written);
    }

    [Fact]
    public void Each_so_many_th_lives_long()
    {
        SentinelSchedule schedule = new(new SentinelOptions { LongOneIn = 3, LongLife = new SessionTtl(7_200) });

        Assert.Equal([7_200, 600, 600, 7_200], Enumerable.Range(0, 4).Select(i => schedule.NextToWrite(Seconds(10 * i))!.Life.Seconds));
    }

    [Fact]
    public void A_young_one_is_read_soon_an_old_one_seldom_and_none_near_its_end()
    {
        Write(0);
        List<int> reads = [];
        for (int second = 1; second <= 700; second++)
        {
            foreach (Sentinel due in _schedule.Due(Seconds(second)))
            {
                reads.Add(second);
                _schedule.Answered(due, SentinelAnswer.Found, Seconds(second));
            }
        }

        Assert.Equal([10, 20, 40, 80, 160, 280, 400, 520, 530], reads);
        Assert.Equal(0, _schedule.Alive);
    }

    [Fact]
    public void One_that_was_not_acknowledged_is_not_looked_for()
    {
        Assert.NotNull(_schedule.NextToWrite(Seconds(0)));

        Assert.Empty(_schedule.Due(Seconds(300)));
        Assert.Equal(0, _schedule.Alive);
    }

    [Fact]
    public void A_missing_one_is_lost_once()
    {
        Sentinel sentinel = Write(0);

        Assert.Equal(SentinelAnswer.Missing, _schedule.Answered(sentinel, SentinelAnswer.Missing, Seconds(30)));
        Assert.Equal(SentinelAnswer.Unanswered, _schedule.Answered(sentinel, SentinelAnswer.Missing, Seconds(31)));
        Assert.Empty(_schedule.Due(Seconds(100)));
    }

    [Fact]
    public void An_answer_that_comes_when_it_may_have_expired_proves_nothing()
    {
        Sentinel sentinel = Write(0);
        Assert.Single(_schedule.Due(Seconds(539)));

        Assert.Equal(SentinelAnswer.Unanswered, _schedule.Answered(sentinel, SentinelAnswer.Missing, Seconds(540)));
    }

    [Fact]
    public void One_that_nobody_could_read_is_read_again_soon_and_still_counted_on()
    {
        Sentinel sentinel = Write(0);
        _schedule.Answered(sentinel, SentinelAnswer.Unanswered, Seconds(300));

        Assert.Empty(_schedule.Due(Seconds(309)));
        Assert.Single(_schedule.Due(Seconds(310)));
        Assert.Equal(SentinelAnswer.Missing, _schedule.Answered(sentinel, SentinelAnswer.Missing, Seconds(310)));
    }

    [Fact]
    public void A_miss_without_a_second_opinion_is_one_when_it_has_lasted()
    {
        Sentinel sentinel = Write(0);

        Assert.Equal(SentinelAnswer.Unanswered, _schedule.Answered(sentinel, SentinelAnswer.MissingOnce, Seconds(100)));
        Assert.Equal(SentinelAnswer.Unanswered, _schedule.Answered(sentinel, SentinelAnswer.MissingOnce, Seconds(120)));
        Assert.Equal(SentinelAnswer.FoundAtLast, _schedule.Answered(sentinel, SentinelAnswer.FoundAtLast, Seconds(125)));
        Assert.Equal(SentinelAnswer.Unanswered, _schedule.Answered(sentinel, SentinelAnswer.MissingOnce, Seconds(140)));
        Assert.Equal(SentinelAnswer.Missing, _schedule.Answered(sentinel, SentinelAnswer.MissingOnce, Seconds(170)));
    }

    [Fact]
    public void Few_are_read_at_one_time()
    {
        for (int i = 0; i < 40; i++)
        {
            Write(10 * i);
        }

        Assert.Equal(16, _schedule.Due(Seconds(500)).Count);
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private Sentinel Write(int second)
    {
        Sentinel sentinel = _schedule.NextToWrite(Seconds(second))!;
        _schedule.Written(sentinel, Seconds(second));
        return sentinel;
    }
}
