using Holdfast.Cql.Health;
using Xunit;
using static Holdfast.Cql.Tests.Health.HealthScene;

namespace Holdfast.Cql.Tests.Health;

/// <summary>The triggers, one by one, each with the case beside it that must not eject.</summary>
public sealed class EjectionTests
{
    [Fact]
    public void Two_contradicted_unavailables_within_five_seconds_eject_and_the_evidence_says_so()
    {
        HealthScene scene = new();

        scene.Contradict(A, B, FailureKind.Unavailable);
        scene.Advance(4.9);
        scene.Contradict(A, C, FailureKind.Unavailable, set: 7);

        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));
        HealthTransition transition = Assert.Single(scene.Drain());
        Assert.Equal(TransitionReason.ContradictedUnavailable, transition.Reason);
        Assert.Equal(
            new Evidence(ConsistencyLevel.LocalQuorum, Set(7), 2, 1, C, 2, TimeSpan.FromSeconds(5)), transition.Evidence);
    }

    [Fact]
    public void Two_contradicted_unavailables_further_apart_do_not_eject()
    {
        HealthScene scene = new();

        scene.Contradict(A, B, FailureKind.Unavailable);
        scene.Advance(5.1);
        scene.Contradict(A, C, FailureKind.Unavailable);

        Assert.Equal(CoordinatorState.Up, scene.Health.State(A));
    }

    [Fact]
    public void Unavailables_that_nobody_contradicts_eject_nobody()
    {
        HealthScene scene = new();
        for (int i = 0; i < 10_000; i++)
        {
            scene.Advance(0.001);
            scene.Health.Failed(Host(1 + (i % 3)), ConsistencyLevel.LocalQuorum, Set(0), FailureKind.Unavailable, scene.Now);
        }

        Assert.Empty(scene.Drain());
    }

    [Theory]
    [InlineData(2, CoordinatorState.Up)]
    [InlineData(3, CoordinatorState.Ejected)]
    public void Three_contradicted_timeouts_eject_two_do_not(int timeouts, CoordinatorState expected)
    {
        HealthScene scene = new();
        for (int i = 0; i < timeouts; i++)
        {
            scene.Advance(1);
            scene.Contradict(A, B, FailureKind.AttemptTimeout);
        }

        Assert.Equal(expected, scene.Health.State(A));
    }

    [Theory]
    [InlineData(0, 6, CoordinatorState.Ejected)]
    [InlineData(0, 7, CoordinatorState.Up)] // the timeouts are less than a third of ten
    [InlineData(0, 10_000, CoordinatorState.Up)]
    [InlineData(5, 100, CoordinatorState.Ejected)] // on other replicas
    public void Three_contradicted_timeouts_among_many_requests_that_are_served_on_the_same_replicas_do_not_eject(
        int set, int served, CoordinatorState expected)
    {
        HealthScene scene = new();
        for (int i = 0; i < served; i++)
        {
            scene.Health.Succeeded(A, Set(set), TimeSpan.FromMilliseconds(1), scene.Now); // while the three are under way
        }

        scene.Advance(0.3);
        scene.Contradict(A, B, FailureKind.AttemptTimeout);
        scene.Contradict(A, B, FailureKind.AttemptTimeout);
        scene.Contradict(A, C, FailureKind.AttemptTimeout);

        Assert.Equal(expected, scene.Health.State(A));
    }

    [Fact]
    public void What_was_served_before_the_first_of_the_timeouts_was_sent_excuses_nothing()
    {
        HealthScene scene = new();
        for (int i = 0; i < 1_000; i++)
        {
            scene.Health.Succeeded(A, Set(0), TimeSpan.FromMilliseconds(1), scene.Now);
        }

        scene.Advance(HealthScene.AttemptTimeout);
        for (int i = 0; i < 3; i++)
        {
            scene.Contradict(A, B, FailureKind.AttemptTimeout);
        }

        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));
    }

    [Fact]
    public void Where_every_coordinator_lets_a_few_requests_time_out_all_stay_in_service()
    {
        // As a real cluster does that is short of processor time: at which of the three a request times out is chance.
        HealthScene scene = new();
        Random random = new(20261128);
        for (int i = 0; i < 100_000; i++)
        {
            scene.Advance(0.01);
            int at = random.Next(3);
            if (random.Next(10) == 0)
            {
                scene.Contradict(Host(1 + at), Host(1 + ((at + 1 + random.Next(2)) % 3)), FailureKind.AttemptTimeout);
            }
            else
            {
                scene.Health.Succeeded(Host(1 + at), Set(0), TimeSpan.FromMilliseconds(400), scene.Now);
            }
        }

        Assert.Empty(scene.Drain());
    }

    [Fact]
    public void Contradictions_at_EACH_QUORUM_eject_nobody()
    {
        HealthScene scene = new();
        for (int i = 0; i < 1_000; i++)
        {
            scene.Contradict(A, B, FailureKind.Unavailable, ConsistencyLevel.EachQuorum);
        }

        Assert.Equal(CoordinatorState.Up, scene.Health.State(A));
    }

    [Fact]
    public void One_bootstrapping_answer_ejects()
    {
        HealthScene scene = new();
        scene.OthersServe(but: A);

        scene.Health.Failed(A, ConsistencyLevel.LocalQuorum, Set(0), FailureKind.IsBootstrapping, scene.Now);

        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));
    }

    [Theory]
    [InlineData(FailureKind.Overloaded)]
    [InlineData(FailureKind.ServerError)]
    [InlineData(FailureKind.NoStreamId)]
    public void Five_attributable_failures_in_a_row_eject_and_a_success_between_starts_over(FailureKind kind)
    {
        HealthScene scene = new();
        scene.OthersServe(but: A);
        Fail(4);
        scene.Health.Succeeded(A, Set(0), TimeSpan.FromMilliseconds(1), scene.Now);
        Fail(4);
        Assert.Equal(CoordinatorState.Up, scene.Health.State(A));

        Fail(1);

        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));

        void Fail(int times)
        {
            for (int i = 0; i < times; i++)
            {
                scene.Health.Failed(A, ConsistencyLevel.LocalQuorum, Set(0), kind, scene.Now);
            }
        }
    }

    [Fact]
    public void A_lost_connection_is_one_failure_however_many_requests_were_out_on_it_and_five_in_a_row_eject()
    {
        HealthScene scene = new();
        for (int i = 1; i <= 5; i++)
        {
            scene.OthersServe(but: A);
            for (int request = 0; request < 100; request++)
            {
                scene.Health.Failed(A, ConsistencyLevel.LocalQuorum, Set(0), FailureKind.ConnectionLost, scene.Now);
            }

            scene.Health.ConnectionsLost(A, scene.Now);
            Assert.Equal(i == 5, scene.Drain().Exists(move => move.To == CoordinatorState.Ejected));
            scene.Health.ConnectBegan(A, scene.Now);
            scene.Health.Connected(A, scene.Now);
            scene.Advance(0.1);
        }
    }

    [Fact]
    public void A_contradicted_share_of_half_ejects_while_the_others_are_well()
    {
        // Spread out so that no two Unavailables fall into five seconds: only the share can notice.
        HealthScene scene = new(new HealthOptions { ContradictedUnavailables = 1_000 });
        for (int i = 0; i < 20; i++)
        {
            scene.Advance(0.4);
            if (i % 2 == 0)
            {
                scene.Contradict(A, B, FailureKind.Unavailable);
            }
            else
            {
                scene.Health.Succeeded(A, Set(0), TimeSpan.FromMilliseconds(1), scene.Now);
            }
        }

        scene.Contradict(A, C, FailureKind.Unavailable);

        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));
        Assert.Equal(TransitionReason.ContradictedShare, Assert.Single(scene.Drain()).Reason);
    }

    [Fact]
    public void A_contradicted_share_that_the_others_have_too_ejects_nobody()
    {
        HealthScene scene = new(new HealthOptions { ContradictedUnavailables = 1_000 });
        for (int i = 0; i < 300; i++)
        {
            scene.Advance(0.02);
            scene.Contradict(Host(1 + (i % 3)), Host(1 + ((i + 1) % 3)), FailureKind.Unavailable);
        }

        Assert.Empty(scene.Drain());
    }

    [Fact]
    public void Two_failed_probes_that_pass_elsewhere_eject()
    {
        HealthScene scene = new();
        scene.OthersServe(but: A);

        scene.Health.ProbeRoundFailed(A, Set(3), passedBy: B, scene.Now);
        Assert.Equal(CoordinatorState.Up, scene.Health.State(A));
        scene.Health.ProbeRoundFailed(A, Set(3), passedBy: C, scene.Now);

        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));
    }

    [Fact]
    public void Probes_that_fail_everywhere_eject_nobody()
    {
        HealthScene scene = new();
        for (int i = 0; i < 100; i++)
        {
            scene.Health.ProbeRoundFailed(Host(1 + (i % 3)), Set(3), passedBy: null, scene.Now);
        }

        Assert.Empty(scene.Drain());
    }

    [Fact]
    public void The_guard_keeps_the_last_coordinator_and_says_so()
    {
        HealthScene scene = new(coordinators: 2);
        scene.Contradict(A, B, FailureKind.Unavailable);
        scene.Contradict(A, B, FailureKind.Unavailable);
        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));
        scene.Drain();

        scene.Contradict(B, A, FailureKind.Unavailable);
        scene.Contradict(B, A, FailureKind.Unavailable);

        Assert.Equal(CoordinatorState.Up, scene.Health.State(B));
        Assert.True(Assert.Single(scene.Drain()).Withheld);
    }

    [Fact]
    public void Below_half_only_while_all_that_remain_demonstrably_succeed()
    {
        HealthScene scene = new(coordinators: 3);
        scene.EjectA();
        scene.Advance(20); // nobody has shown anything since
        scene.Health.Failed(B, ConsistencyLevel.LocalQuorum, Set(0), FailureKind.IsBootstrapping, scene.Now);
        Assert.Equal(CoordinatorState.Up, scene.Health.State(B));

        scene.Health.Succeeded(C, Set(0), TimeSpan.FromMilliseconds(1), scene.Now);
        scene.Health.Failed(B, ConsistencyLevel.LocalQuorum, Set(0), FailureKind.IsBootstrapping, scene.Now);

        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(B));
    }

    [Fact]
    public void In_observe_mode_everything_is_reported_and_nothing_acted_on()
    {
        HealthScene scene = new(new HealthOptions { Observe = true });

        scene.EjectA();

        Assert.Equal(CoordinatorState.Ejected, scene.Health.State(A));
        Assert.Single(scene.Drain());
        Assert.Equal(1, scene.Health.Weight(A, scene.Now));
        scene.Health.Observe = false;
        Assert.Equal(0, scene.Health.Weight(A, scene.Now));
    }

    [Fact]
    public void Observed_only_a_coordinator_that_has_just_returned_has_its_full_share()
    {
        HealthScene scene = new(new HealthOptions { Observe = true });
        scene.Health.ConnectionsLost(A, scene.Now);
        scene.Health.ConnectBegan(A, scene.Now);
        scene.Health.Connected(A, scene.Now);
        for (int i = 0; i < 60 && scene.Health.State(A) != CoordinatorState.Up; i++)
        {
            scene.Advance(0.5);
            scene.Health.ProbeRoundPassed(A, scene.Now);
        }

        Assert.Equal((CoordinatorState.Up, 1.0), (scene.Health.State(A), scene.Health.Weight(A, scene.Now)));
        scene.Health.Observe = false;
        Assert.InRange(scene.Health.Weight(A, scene.Now), 0.05, 0.5);
    }
}
