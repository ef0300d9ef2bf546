using Holdfast.Cql.Health;
using Xunit;
using static Holdfast.Cql.Tests.Health.HealthScene;

namespace Holdfast.Cql.Tests.Health;

/// <summary>The way back: proof by probes, never by time alone.</summary>
public sealed class ReturnTests
{
    [Fact]
    public void At_process_start_one_round_makes_a_coordinator_up()
    {
        ClusterHealth health = new(new HealthOptions(), new Random(1));
        health.Add(A, atStart: true, TimeSpan.Zero);
        health.ConnectBegan(A, TimeSpan.Zero);
        Assert.Equal(CoordinatorState.Connecting, health.State(A));
        health.Connected(A, TimeSpan.Zero);
        Assert.Equal(CoordinatorState.Probation, health.State(A));

        health.ProbeRoundPassed(A, TimeSpan.Zero);

        Assert.Equal(CoordinatorState.Up, health.State(A));
    }

    [Fact]
    public void A_coordinator_that_failed_a_round_which_another_passed_gets_no_short_cut()
    {
        ClusterHealth health = Started(A, B);
        health.ProbeRoundFailed(A, Set(0), passedBy: B, TimeSpan.Zero);
        health.ProbeRoundPassed(A, TimeSpan.FromSeconds(1));
        Assert.Equal(CoordinatorState.Probation, health.State(A));
    }

    [Fact]
    public void Nor_one_that_failed_while_another_was_in_service()
    {
        ClusterHealth health = Started(A, B);
        health.ProbeRoundPassed(B, TimeSpan.Zero);
        health.ProbeRoundFailed(A, Set(0), passedBy: null, TimeSpan.Zero);
        health.ProbeRoundPassed(A, TimeSpan.FromSeconds(1));
        Assert.Equal((CoordinatorState.Probation, CoordinatorState.Up), (health.State(A), health.State(B)));
    }

    /// <summary>A process that was started in the middle of an outage: all fail, for which none is to blame, and the first round that passes is a first one.</summary>
    [Fact]
    public void Started_while_the_cluster_serves_nobody_one_round_suffices_once_it_does()
    {
        ClusterHealth health = Started(A, B);
        for (int second = 0; second < 600; second++)
        {
            health.ProbeRoundFailed(A, Set(0), passedBy: null, TimeSpan.FromSeconds(second));
            health.ProbeRoundFailed(B, Set(1), passedBy: null, TimeSpan.FromSeconds(second));
            health.Tick(TimeSpan.FromSeconds(second));
        }

        health.ProbeRoundPassed(A, TimeSpan.FromSeconds(600));
        health.ProbeRoundPassed(B, TimeSpan.FromSeconds(601));
        Assert.Equal((CoordinatorState.Up, CoordinatorState.Up), (health.State(A), health.State(B)));
    }

    private static ClusterHealth Started(params HostId[] all)
    {
        ClusterHealth health = new(new HealthOptions(), new Random(1));
        foreach (HostId id in all)
        {
            health.Add(id, atStart: true, TimeSpan.Zero);
            health.ConnectBegan(id, TimeSpan.Zero);
            health.Connected(id, TimeSpan.Zero);
        }

        return health;
    }

    [Fact]
    public void Time_alone_never_returns_an_ejected_coordinator()
    {
        HealthScene scene = new();
        scene.EjectA();
        for (int i = 0; i < 1_000; i++)
        {
            scene.Advance(TimeSpan.FromHours(1));
            scene.Health.Tick(scene.Now);
        }

        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));
    }

    [Fact]
    public void Ejected_lasts_two_seconds_at_least_then_probation_needs_three_rounds_over_three_seconds()
    {
        HealthScene scene = new();
        scene.EjectA();
        scene.Advance(1.9);
        scene.Health.ProbeRoundPassed(A, scene.Now);
        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));
        scene.Advance(0.1);
        scene.Health.ProbeRoundPassed(A, scene.Now);
        Assert.Equal(CoordinatorState.Probation, scene.Health.State(A));

        for (int i = 0; i < 6; i++)
        {
            scene.Health.ProbeRoundPassed(A, scene.Now);
            Assert.Equal(CoordinatorState.Probation, scene.Health.State(A));
            scene.Advance(0.5);
        }

        scene.Health.ProbeRoundPassed(A, scene.Now);
        Assert.Equal(CoordinatorState.Up, scene.Health.State(A));
    }

    [Fact]
    public void A_failed_round_starts_the_count_over()
    {
        HealthScene scene = new();
        scene.EjectA();
        scene.Advance(2);
        scene.Health.ProbeRoundPassed(A, scene.Now);
        scene.Health.ProbeRoundPassed(A, scene.Now);
        scene.Advance(2.9);
        scene.Health.ProbeRoundFailed(A, Set(0), passedBy: null, scene.Now);

        for (int i = 0; i < 3; i++)
        {
            scene.Advance(0.5);
            scene.Health.ProbeRoundPassed(A, scene.Now);
        }

        Assert.Equal(CoordinatorState.Probation, scene.Health.State(A));
    }

    [Fact]
    public void After_down_probation_spans_ten_seconds()
    {
        HealthScene scene = new();
        scene.Health.ConnectionsLost(A, scene.Now);
        Assert.Equal(CoordinatorState.Down, scene.Health.State(A));
        scene.Health.ConnectBegan(A, scene.Now);
        scene.Health.Connected(A, scene.Now);

        TimeSpan began = scene.Now;
        while (scene.Health.State(A) != CoordinatorState.Up && scene.Now - began < TimeSpan.FromMinutes(1))
        {
            scene.Health.ProbeRoundPassed(A, scene.Now);
            scene.Advance(0.5);
        }

        Assert.InRange(scene.Now - began, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11));
    }

    [Fact]
    public void Repeats_need_3_6_12_and_at_most_20_rounds_and_ten_healthy_minutes_forgive()
    {
        HealthScene scene = new();
        List<int> rounds = [];
        for (int i = 0; i < 6; i++)
        {
            rounds.Add(EjectAndReturn(scene));
        }

        // The first pass after two seconds leads to Probation; three seconds at half a second apart are seven rounds.
        Assert.Equal([7, 7, 12, 20, 20, 20], rounds);

        scene.Advance(TimeSpan.FromMinutes(10));
        scene.Health.Succeeded(A, Set(0), TimeSpan.FromMilliseconds(1), scene.Now);
        Assert.Equal(7, EjectAndReturn(scene));
    }

    [Fact]
    public void Slow_start_takes_a_returned_coordinator_from_a_tenth_to_its_full_share_in_thirty_seconds()
    {
        HealthScene scene = new();
        EjectAndReturn(scene);

        Assert.Equal(0.1, scene.Health.Weight(A, scene.Now), 3);
        scene.Advance(15);
        Assert.Equal(0.55, scene.Health.Weight(A, scene.Now), 3);
        scene.Advance(15);
        Assert.Equal(1, scene.Health.Weight(A, scene.Now), 3);
    }

    [Fact]
    public void Drained_it_takes_nothing_and_returns_through_probation_only()
    {
        HealthScene scene = new();
        scene.Health.Drain(A, scene.Now);
        scene.Advance(TimeSpan.FromHours(1));
        scene.Health.ProbeRoundPassed(A, scene.Now);
        Assert.Equal(CoordinatorState.Draining, scene.Health.State(A));
        Assert.Equal(0, scene.Health.Weight(A, scene.Now));

        scene.Health.Undrain(A, connected: true, scene.Now);

        Assert.Equal(CoordinatorState.Probation, scene.Health.State(A));
    }

    [Fact]
    public void Given_back_while_its_connection_is_being_set_up_it_is_on_probation_once_it_stands()
    {
        HealthScene scene = new();
        scene.Health.ConnectionsLost(A, scene.Now);
        scene.Health.Drain(A, scene.Now);
        scene.Health.ConnectBegan(A, scene.Now);
        scene.Health.Undrain(A, connected: false, scene.Now);

        scene.Health.Connected(A, scene.Now);

        Assert.Equal(CoordinatorState.Probation, scene.Health.State(A));
    }

    [Fact]
    public void Reconnections_back_off_to_ten_seconds_with_full_jitter()
    {
        HealthScene scene = new();
        scene.Health.ConnectionsLost(A, scene.Now);
        List<double> waits = [];
        for (int i = 0; i < 2_000; i++)
        {
            scene.Health.ConnectBegan(A, scene.Now);
            waits.Add(scene.Health.ConnectFailed(A, scene.Now).TotalSeconds);
        }

        Assert.InRange(waits[0], 0, 0.5);
        Assert.All(waits, wait => Assert.InRange(wait, 0, 10));
        Assert.InRange(waits.Skip(10).Average(), 4.5, 5.5);
    }

    /// <summary>Ejects A, lets it prove itself every half second, and counts the rounds of its Probation.</summary>
    private static int EjectAndReturn(HealthScene scene)
    {
        scene.EjectA();
        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));
        scene.Advance(2);
        scene.Health.ProbeRoundPassed(A, scene.Now);
        int rounds = 0;
        while (scene.Health.State(A) != CoordinatorState.Up)
        {
            Assert.True(rounds++ < 100);
            scene.Health.ProbeRoundPassed(A, scene.Now);
            if (scene.Health.State(A) != CoordinatorState.Up)
            {
                scene.Advance(0.5);
            }
        }

        scene.Drain();
        return rounds;
    }
}
