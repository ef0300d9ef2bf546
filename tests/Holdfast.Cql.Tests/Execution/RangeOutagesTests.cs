using Holdfast.Cql.Execution;
using Xunit;

namespace Holdfast.Cql.Tests.Execution;

public sealed class RangeOutagesTests
{
    private const ConsistencyLevel Level = ConsistencyLevel.LocalQuorum;
    private static readonly ReplicaSetId s_set = new(0);

    private readonly RangeOutages<Waiter> _outages = new(waitersMax: 3, bytesMax: 100);
    private readonly List<Waiter> _failed = [];
    private readonly List<Waiter> _trials = [];

    [Fact]
    public void While_nobody_serves_a_request_waits_and_the_first_success_releases_everybody()
    {
        Assert.True(_outages.Begin(s_set, Level, At(0)));
        Assert.True(_outages.TryWait(s_set, Level, new Waiter(At(2)), failedTrial: true, At(0)));
        Assert.True(_outages.TryWait(s_set, Level, new Waiter(At(2.1)), failedTrial: false, At(0.1)));

        Assert.True(_outages.End(s_set, Level, _trials));

        Assert.Equal(2, _trials.Count);
        Assert.Equal(0, _outages.Waiters);
        Assert.False(_outages.IsDark(s_set, Level));
    }

    [Fact]
    public void One_of_the_waiting_is_the_trial_and_the_next_follows_its_failure_after_a_pause()
    {
        _outages.Begin(s_set, Level, At(0));
        Wait(At(2), At(0));
        Wait(At(2), At(0));

        Tick(0.01);
        Assert.Empty(_trials);
        Tick(0.02);
        Tick(0.03);
        Assert.Single(_trials);

        _outages.TrialFailed(s_set, Level, At(0.02), At(0.03), _failed);
        Tick(0.04);
        Assert.Single(_trials);
        Tick(0.05);
        Assert.Equal(2, _trials.Count);
        Assert.Empty(_failed);
    }

    [Theory]
    [InlineData(ConsistencyLevel.EachQuorum, true)]
    [InlineData(ConsistencyLevel.LocalQuorum, false)] // a probe ends it
    public void What_no_probe_asks_for_is_forgotten_when_nobody_has_asked_for_a_while(ConsistencyLevel level, bool expected)
    {
        List<ConsistencyLevel> forgotten = [];
        _outages.Begin(s_set, level, At(0));
        _outages.TryWait(s_set, level, new Waiter(At(60)), failedTrial: false, At(1));
        _outages.Forget(At(30), forgotten);
        Assert.Empty(forgotten); // somebody waits

        _outages.Tick(At(30), _failed, _trials);
        _outages.Begin(new ReplicaSetId(1), level, At(35));
        Assert.Equal(2, _outages.CountAt(level));
        _outages.Forget(At(44), forgotten);

        Assert.Equal(expected, forgotten.Count == 1);
        Assert.Equal(expected ? 1 : 2, _outages.CountAt(level));
        Assert.True(_outages.IsDark(new ReplicaSetId(1), level));
    }

    [Fact]
    public void A_trial_that_hangs_is_joined_by_others_up_to_a_bound()
    {
        RangeOutages<Waiter> outages = new(100, 1000);
        outages.Begin(s_set, Level, At(0));
        for (int i = 0; i < 50; i++)
        {
            outages.TryWait(s_set, Level, new Waiter(At(60)), failedTrial: false, At(0));
        }

        for (int i = 1; i < 40; i++)
        {
            outages.Tick(At(0.1 * i), _failed, _trials);
        }

        Assert.Equal(RangeOutages<Waiter>.TrialsMax, _trials.Count);
    }

    [Fact]
    public void After_five_seconds_a_request_waits_for_half_a_second_and_a_trial_that_began_after_it_arrived()
    {
        _outages.Begin(s_set, Level, At(0));
        Waiter before = Wait(At(9), At(6));
        Tick(6.1);
        Assert.Same(before, Assert.Single(_trials));
        Waiter early = Wait(At(9), At(6.1));
        Waiter late = Wait(At(9), At(6.15));

        _outages.TrialFailed(s_set, Level, began: At(6.1), At(6.2), _failed);
        Assert.Empty(_failed);
        Assert.True(_outages.TryWait(s_set, Level, before, failedTrial: true, At(6.2)));
        Tick(6.55);
        Assert.Equal(2, _trials.Count);
        _outages.TrialFailed(s_set, Level, began: At(6.55), At(6.62), _failed);

        Assert.Same(before, Assert.Single(_failed));
        Assert.False(_outages.TryWait(s_set, Level, early, failedTrial: true, At(6.62)));
        _outages.End(s_set, Level, _trials);
        Assert.Same(late, _trials[^1]);
    }

    [Fact]
    public void In_the_first_five_seconds_only_the_deadline_ends_the_wait()
    {
        _outages.Begin(s_set, Level, At(0));
        Wait(At(4), At(0)); // becomes the trial
        Waiter waiter = Wait(At(2), At(0));
        _outages.TrialFailed(s_set, Level, At(0.5), At(0.6), _failed);
        Tick(1.99);
        Assert.Empty(_failed);

        Tick(2);

        Assert.Same(waiter, Assert.Single(_failed));
    }

    [Fact]
    public void Who_waits_is_bounded_in_number_and_bytes()
    {
        _outages.Begin(s_set, Level, At(0));
        Wait(At(2), At(0), bytes: 60);

        Assert.False(_outages.TryWait(s_set, Level, new Waiter(At(2), 41), failedTrial: false, At(0)));
        Wait(At(2), At(0), bytes: 1);
        Wait(At(2), At(0), bytes: 1);
        Assert.False(_outages.TryWait(s_set, Level, new Waiter(At(2)), failedTrial: false, At(0)));
    }

    [Fact]
    public void An_outage_at_one_level_is_none_at_another()
    {
        _outages.Begin(s_set, ConsistencyLevel.EachQuorum, At(0));

        Assert.True(_outages.IsDark(s_set, ConsistencyLevel.EachQuorum));
        Assert.False(_outages.IsDark(s_set, Level));
    }

    [Fact]
    public void A_request_that_gave_up_leaves_no_trace()
    {
        _outages.Begin(s_set, Level, At(0));
        Waiter waiter = Wait(At(2), At(0), bytes: 100);

        _outages.Leave(s_set, Level, waiter);
        _outages.Leave(s_set, Level, waiter);

        Assert.Equal(0, _outages.Waiters);
        Wait(At(2), At(0), bytes: 100);
    }

    private Waiter Wait(TimeSpan deadline, TimeSpan now, int bytes = 0)
    {
        Waiter waiter = new(deadline, bytes);
        Assert.True(_outages.TryWait(s_set, Level, waiter, failedTrial: false, now));
        return waiter;
    }

    private void Tick(double seconds) => _outages.Tick(At(seconds), _failed, _trials);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private sealed class Waiter(TimeSpan deadline, int bytes = 0) : IWaiter
    {
        public TimeSpan Deadline => deadline;

        public TimeSpan WaitingSince { get; set; }

        public int Bytes => bytes;

        public bool HasTimeAt(TimeSpan now) => now < deadline;
    }
}
