using Holdfast.Lab.Cluster.Topology;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

public sealed class TokenRingTests
{
    // Two data centres, three racks in one and one rack in the other, one token a node: 0, 10, 20 ... in the order of the nodes.
    private static readonly TokenRing Ring = new(
    [
        new(0, "a", "r1", [0]), new(1, "a", "r1", [10]), new(2, "a", "r2", [20]), new(3, "a", "r3", [30]),
        new(4, "b", "r1", [40]), new(5, "b", "r1", [50]), new(6, "b", "r1", [60]),
    ]);

    [Theory]
    [InlineData(0, new[] { 0, 1, 2 })]
    [InlineData(1, new[] { 1, 2, 3 })]
    [InlineData(55, new[] { 6, 0, 1 })]
    [InlineData(61, new[] { 0, 1, 2 })]
    [InlineData(-5, new[] { 0, 1, 2 })]
    public void Simple_replication_takes_the_next_nodes_round_the_ring(long token, int[] expected) =>
        Assert.Equal(expected, Ring.ReplicasOf(token, Replication.Simple(3)));

    [Fact]
    public void Network_replication_takes_each_rack_once_before_it_repeats_one()
    {
        var replication = Replication.Network([new("a", 3), new("b", 2)]);
        Assert.Equal([0, 2, 3, 4, 5], Ring.ReplicasOf(0, replication)); // node 1 shares a rack with node 0
        Assert.Equal([1, 2, 3, 4, 5], Ring.ReplicasOf(5, replication));
    }

    [Fact]
    public void Factors_beyond_the_nodes_take_all_of_them_and_unknown_data_centres_none() =>
        Assert.Equal(4, Ring.ReplicasOf(0, Replication.Network([new("a", 9), new("nowhere", 3)])).Length);
}
