using Holdfast.Lab.Cluster;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Faults;

/// <summary>Two faults do the same to one node: healing either leaves what the other does.</summary>
public sealed class OverlappingFaultsTests
{
    private readonly TestCluster lab = new();

    [Fact]
    public void A_disk_that_two_fill_is_full_until_both_are_gone() =>
        AssertHeldByBoth("disk-full", "disk-full", node => node.Disk.Store.IsDiskFull);

    [Fact]
    public void A_process_that_two_pause_stands_still_until_both_let_go() =>
        AssertHeldByBoth("pause", "pause", node => node.State == NodeState.Paused);

    [Fact]
    public void Gossip_that_two_switch_off_is_off_until_both_switch_it_on() =>
        AssertHeldByBoth("gossip-off", "gossip-off", node => !node.Process!.Gossiper.IsEnabled);

    [Theory]
    [InlineData("kill", "power-loss")]
    [InlineData("stop", "kill")]
    [InlineData("power-loss", "stop")]
    [InlineData("kill", "kill")]
    public void A_node_that_two_keep_down_starts_when_the_second_lets_go(string one, string other) =>
        AssertHeldByBoth(one, other, node => node.Process is null);

    [Fact]
    public void A_range_s_death_does_not_end_with_a_node_s()
    {
        var range = lab.Fault("range-down", 0);
        var kill = lab.Fault("kill", 1);
        lab.Faults.Heal(range.Id);
        Assert.Equal([true, false, true], lab.Cluster.Nodes.Select(n => n.Process is not null));
        lab.Faults.Heal(kill.Id);
        Assert.NotNull(lab[1].Process);
    }

    [Fact]
    public void A_reboot_s_end_does_not_start_a_node_that_is_killed_and_the_machine_that_has_power_again_refuses()
    {
        lab.Fault("reboot-hard", 0, ("down", "5s"));
        var kill = lab.Fault("kill", 0);
        lab.Run(4);
        Assert.True(lab[0].IsWithoutPower);
        lab.Run(10);
        Assert.Null(lab[0].Process);
        Assert.False(lab[0].IsWithoutPower);
        lab.Faults.Heal(kill.Id);
        Assert.NotNull(lab[0].Process);
    }

    [Fact]
    public void Who_starts_a_node_all_the_same_ends_what_kept_it_down()
    {
        var kill = lab.Fault("kill", 0);
        lab.Fault("start", 0);
        Assert.NotNull(lab[0].Process);
        lab.Fault("reboot", 0, ("down", "5s"));
        lab.Faults.Heal(kill.Id);
        Assert.Null(lab[0].Process); // a fault that is over holds nothing and starts nothing
        lab.Run(6);
        Assert.NotNull(lab[0].Process);
    }

    private void AssertHeldByBoth(string one, string other, Func<Node, bool> holds)
    {
        foreach (var firstToHeal in new[] { 0, 1 })
        {
            var faults = new[] { lab.Fault(one, 0), lab.Fault(other, 0) };
            Assert.True(holds(lab[0]));
            lab.Faults.Heal(faults[firstToHeal].Id);
            Assert.True(holds(lab[0]), $"{one} and {other}, {firstToHeal} healed");
            lab.Faults.Heal(faults[1 - firstToHeal].Id);
            Assert.False(holds(lab[0]));
            lab.Run(120);
        }
    }
}
