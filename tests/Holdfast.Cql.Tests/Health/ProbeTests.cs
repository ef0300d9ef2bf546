using Holdfast.Cql.Health;
using Xunit;
using static Holdfast.Cql.Tests.Health.HealthScene;

namespace Holdfast.Cql.Tests.Health;

/// <summary>When probes are due and what they cover.</summary>
public sealed class ProbeTests
{
    [Fact]
    public void Probation_is_probed_every_half_second_Up_every_five_both_give_or_take_a_fifth()
    {
        HealthScene scene = new();
        Assert.InRange(MeanInterval(scene, A, rounds: 200), 4.8, 5.2);

        scene.Health.ConnectionsLost(A, scene.Now);
        scene.Health.ConnectBegan(A, scene.Now);
        scene.Health.Connected(A, scene.Now);
        Assert.InRange(MeanInterval(scene, A, rounds: 200), 0.48, 0.52);
    }

    [Fact]
    public void Ejected_is_probed_ever_less_often_from_half_a_second_to_five()
    {
        HealthScene scene = new();
        scene.EjectA();

        Assert.InRange(MeanInterval(scene, A, rounds: 2), 0.4, 1.5);
        _ = MeanInterval(scene, A, rounds: 10);
        Assert.InRange(MeanInterval(scene, A, rounds: 100), 4.7, 5.3);
    }

    [Fact]
    public void Few_replica_sets_are_all_covered_many_in_turn_with_the_contradicted_ones_always()
    {
        HealthScene scene = new();
        Assert.Equal(64, NextRound(scene, 64).Select(set => set.Value).Distinct().Count());

        scene.Contradict(A, B, FailureKind.Unavailable, set: 150);
        HashSet<int> seen = [];
        for (int i = 0; i < 4; i++)
        {
            IReadOnlyList<ReplicaSetId> round = NextRound(scene, 200);
            Assert.Contains(Set(150), round);
            Assert.InRange(round.Count, 64, 65);
            seen.UnionWith(round.Select(set => set.Value));
        }

        Assert.Equal(200, seen.Count);
    }

    [Fact]
    public void In_service_one_pass_pays_what_is_owed_and_nothing_that_was_contradicted_since()
    {
        HealthScene scene = new();
        scene.Contradict(A, B, FailureKind.Unavailable, set: 150);
        IReadOnlyList<ReplicaSetId> round = NextRound(scene, 200);
        Assert.Contains(Set(150), round);
        scene.Contradict(A, B, FailureKind.AttemptTimeout, set: 160);
        scene.Health.ProbeRoundPassed(A, scene.Now, round);

        round = NextRound(scene, 200, coverageMax: 1);

        Assert.Equal(2, round.Count);
        Assert.Contains(Set(160), round);
        scene.Health.ProbeRoundPassed(A, scene.Now, round);
        Assert.Single(NextRound(scene, 200, coverageMax: 1));
    }

    [Fact]
    public void Nobody_returns_while_a_set_that_was_contradicted_last_is_not_covered()
    {
        HealthScene scene = new();
        scene.EjectA();
        scene.Advance(2);
        scene.Health.ProbeRoundPassed(A, scene.Now);
        for (int i = 0; i < 6; i++)
        {
            scene.Advance(0.5);
            scene.Health.ProbeRoundPassed(A, scene.Now);
        }

        scene.Advance(0.6);
        scene.Contradict(A, B, FailureKind.AttemptTimeout, set: 7);
        scene.Health.ProbeRoundPassed(A, scene.Now, [Set(0), Set(1)]);
        Assert.Equal(CoordinatorState.Probation, scene.Health.State(A));

        scene.Health.ProbeRoundPassed(A, scene.Now, [Set(0), Set(7)]);
        Assert.Equal(CoordinatorState.Up, scene.Health.State(A));
    }

    [Fact]
    public void What_was_held_against_a_set_that_the_ring_has_not_any_more_keeps_nobody_out()
    {
        HealthScene scene = new();
        scene.EjectA();
        scene.Health.RingChanged();
        scene.Contradict(A, B, FailureKind.AttemptTimeout, set: 500); // a request that was out meanwhile
        for (int i = 0; i < 20; i++)
        {
            scene.Advance(0.6);
            if (scene.Health.TryBeginProbeRound(A, 10, scene.Now, out IReadOnlyList<ReplicaSetId> round))
            {
                scene.Health.ProbeRoundPassed(A, scene.Now, round);
            }
        }

        Assert.Equal(CoordinatorState.Up, scene.Health.State(A));
    }

    [Fact]
    public void A_round_that_covers_nothing_does_not_begin()
    {
        HealthScene scene = new();
        scene.Advance(60);

        Assert.False(scene.Health.TryBeginProbeRound(A, 0, scene.Now, out _));
    }

    [Fact]
    public void A_down_event_only_hurries_the_next_probe()
    {
        HealthScene scene = new();
        _ = NextRound(scene, 1);
        Assert.False(scene.Health.TryBeginProbeRound(A, 1, scene.Now, out _));

        scene.Health.DownEvent(A, scene.Now);

        Assert.Equal(CoordinatorState.Up, scene.Health.State(A));
        Assert.True(scene.Health.TryBeginProbeRound(A, 1, scene.Now, out _));
    }

    [Fact]
    public void Ten_slow_seconds_cut_the_weight_to_a_quarter_and_eject_nobody()
    {
        HealthScene scene = new();
        for (int i = 0; i < 300; i++)
        {
            scene.Advance(0.1);
            scene.Health.Succeeded(A, Set(0), TimeSpan.FromMilliseconds(500), scene.Now);
            scene.Health.Succeeded(B, Set(0), TimeSpan.FromMilliseconds(2), scene.Now);
            scene.Health.Succeeded(C, Set(0), TimeSpan.FromMilliseconds(2), scene.Now);
            scene.Health.Tick(scene.Now);
        }

        Assert.Equal(0.25, scene.Health.Weight(A, scene.Now));
        Assert.Equal(1, scene.Health.Weight(B, scene.Now));
        Assert.Empty(scene.Drain());
    }

    [Fact]
    public void Failing_fast_does_not_look_fast()
    {
        HealthScene scene = new();
        scene.Health.Succeeded(A, Set(0), TimeSpan.FromMilliseconds(80), scene.Now);
        for (int i = 0; i < 1_000; i++)
        {
            scene.Health.Failed(A, ConsistencyLevel.LocalQuorum, Set(0), FailureKind.Unavailable, scene.Now);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(80), scene.Health.PeakEwma(A, scene.Now));
    }

    private static IReadOnlyList<ReplicaSetId> NextRound(HealthScene scene, int sets, int coverageMax = int.MaxValue)
    {
        IReadOnlyList<ReplicaSetId> round;
        while (!scene.Health.TryBeginProbeRound(A, sets, scene.Now, out round, coverageMax))
        {
            scene.Advance(0.05);
        }

        return round;
    }

    private static double MeanInterval(HealthScene scene, HostId id, int rounds)
    {
        TimeSpan? first = null;
        TimeSpan last = scene.Now;
        for (int i = 0; i <= rounds;)
        {
            if (scene.Health.TryBeginProbeRound(id, 1, scene.Now, out _))
            {
                first ??= scene.Now;
                last = scene.Now;
                i++;
            }

            scene.Advance(0.01);
        }

        return (last - first!.Value).TotalSeconds / rounds;
    }
}
