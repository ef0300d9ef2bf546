using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Topology;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>Cassandra 4.0's arithmetic of levels (db/ConsistencyLevel.java): what each needs, and what it makes of who is alive.</summary>
public sealed class ConsistencyRulesTests
{
    private static readonly Replication Simple = Replication.Simple(3);
    private static readonly Replication TwoCentres = Replication.Network([new("a", 3), new("b", 2)]);

    [Theory]
    [InlineData(nameof(ConsistencyLevel.Any), 1, 1)]
    [InlineData(nameof(ConsistencyLevel.One), 1, 1)]
    [InlineData(nameof(ConsistencyLevel.LocalOne), 1, 1)]
    [InlineData(nameof(ConsistencyLevel.Two), 2, 2)]
    [InlineData(nameof(ConsistencyLevel.Three), 3, 3)]
    [InlineData(nameof(ConsistencyLevel.Quorum), 2, 3)]
    [InlineData(nameof(ConsistencyLevel.All), 3, 5)]
    [InlineData(nameof(ConsistencyLevel.LocalQuorum), 2, 2)]
    [InlineData(nameof(ConsistencyLevel.EachQuorum), 2, 4)]
    public void Each_level_needs_so_many(string level, int ofThree, int ofThreeAndTwo)
    {
        Assert.Equal(ofThree, ConsistencyRules.BlockFor(Enum.Parse<ConsistencyLevel>(level), Simple, "a"));
        Assert.Equal(ofThreeAndTwo, ConsistencyRules.BlockFor(Enum.Parse<ConsistencyLevel>(level), TwoCentres, "a"));
    }

    /// <summary>Nodes below 10 are in data centre a, the others in b; a is the coordinator's.</summary>
    [Theory]
    [InlineData(nameof(ConsistencyLevel.Two), "0 10", null)]
    [InlineData(nameof(ConsistencyLevel.Two), "10", "TWO 2 1")]
    [InlineData(nameof(ConsistencyLevel.Three), "0 1 10", null)]
    [InlineData(nameof(ConsistencyLevel.Three), "0 10", "THREE 3 2")]
    [InlineData(nameof(ConsistencyLevel.LocalOne), "2", null)]
    [InlineData(nameof(ConsistencyLevel.LocalOne), "10 11", "LOCAL_ONE 1 0")]
    [InlineData(nameof(ConsistencyLevel.One), "10", null)]
    [InlineData(nameof(ConsistencyLevel.LocalQuorum), "0 10 11", "LOCAL_QUORUM 2 1")]
    [InlineData(nameof(ConsistencyLevel.Quorum), "0 10 11", null)]
    [InlineData(nameof(ConsistencyLevel.EachQuorum), "0 1 10 11", null)]
    [InlineData(nameof(ConsistencyLevel.EachQuorum), "0 1 2 10", "EACH_QUORUM in DC b 2 1")]
    [InlineData(nameof(ConsistencyLevel.EachQuorum), "0 10 11", "EACH_QUORUM in DC a 2 1")]
    [InlineData(nameof(ConsistencyLevel.All), "0 1 2 10", "ALL 5 4")]
    [InlineData(nameof(ConsistencyLevel.Any), "", null)]
    public void Too_few_alive_are_told_before_any_is_asked(string level, string alive, string? told)
    {
        var nodes = alive.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();
        var unavailable = ConsistencyRules.Judge(Enum.Parse<ConsistencyLevel>(level), TwoCentres, "a", nodes, n => n < 10 ? "a" : "b");
        Assert.Equal(
            told is null ? null : $"Cannot achieve consistency level {told}",
            unavailable is null ? null : $"{unavailable.Message} {unavailable.Required} {unavailable.Alive}");
    }

    [Fact]
    public void A_pending_replica_raises_what_a_write_needs_and_counts_among_the_living()
    {
        Assert.Null(ConsistencyRules.Judge(ConsistencyLevel.LocalQuorum, Simple, "a", [0, 1, 9], _ => "a", pending: 1));
        Assert.Equal(
            new Unavailable(ConsistencyLevel.LocalQuorum, 3, 2),
            ConsistencyRules.Judge(ConsistencyLevel.LocalQuorum, Simple, "a", [0, 1], _ => "a", pending: 1));
    }
}
