using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Faults;

public sealed class FaultCatalogTests
{
    public static TheoryData<string> Kinds => [.. FaultCatalog.All.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_fault_heals_and_leaves_a_cluster_that_serves_through_every_node(string kind)
    {
        var lab = new TestCluster();
        Assert.True(lab.Write(0).Succeeded);
        lab.Faults.Apply(kind, kind == "add-node" ? [] : [lab[1].Name], kind == "remove-node" ? [] : kind == "blind-to" ? [("for", "30s"), ("peers", lab[2].Name)] : [("for", "30s")]);
        lab.Run(300);
        Assert.Empty(lab.Faults.Active);
        foreach (var node in lab.Cluster.Nodes.Where(n => !(kind == "remove-node" && n.Index == 1)))
        {
            Assert.True(node.Process is { IsOpen: true }, $"{node.Name} is {node.State}");
            Assert.True(node.Troubles.None);
            Assert.Equal(TimeSpan.Zero, node.ClockSkew);
            Assert.Null(lab.Write(node.Index).Error);
        }
    }

    [Theory]
    [InlineData("nonsense", "datacenter1-1", "", "no fault is called nonsense")]
    [InlineData("pause", "nobody", "", "no node is called nobody")]
    [InlineData("pause", "", "", "pause needs nodes")]
    [InlineData("pause", "all", "for=soon", "for=soon is not a duration")]
    [InlineData("pause", "all", "share=1", "pause takes no share")]
    [InlineData("loss", "all", "share=120%", "share=120% is not a share")]
    [InlineData("loss", "all", "share=NaN", "share=NaN is not a share")]
    [InlineData("loss", "all", "peers=nobody", "no node is called nobody")]
    [InlineData("blind-to", "all", "", "blind-to needs peers=")]
    [InlineData("clock-skew", "all", "by=fast", "by=fast is not a duration such as 2s or -500ms")]
    [InlineData("range-down", "all", "replicas=0", "replicas=0 is not a whole number above zero")]
    [InlineData("failing", "all", "kind=odd", "kind=odd is none of server-error, ")]
    [InlineData("add-node", "", "dc=esams", "there is no data centre esams")]
    [InlineData("reboot", "all", "skip-waits=maybe", "skip-waits=maybe is neither true nor false")]
    public void What_cannot_be_understood_is_told(string kind, string node, string argument, string expected)
    {
        var lab = new TestCluster();
        var arguments = argument.Length == 0 ? [] : new[] { (argument.Split('=')[0], argument.Split('=')[1]) };
        var exception = Assert.Throws<FaultRequestException>(() => lab.Faults.Apply(kind, node.Length == 0 ? [] : [node], arguments));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eqiad-1", 3)]
    [InlineData("eqiad-1 codfw-1", 6)]
    public void All_replicas_of_a_range_are_down_and_the_other_ranges_are_served(string nodes, int killed)
    {
        var replication = Replication.Network([new("eqiad", 3), new("codfw", 3)]);
        var lab = new TestCluster(
            options: new ClusterOptions { Datacenters = [new("eqiad", 8), new("codfw", 8)] }, replication: replication);
        var ring = lab.Cluster.JoinedRing();
        lab.Faults.Apply("range-down", nodes.Split(' '), []);
        var down = lab.Cluster.Nodes.Where(n => n.Process is null).Select(n => n.Index).ToList();
        Assert.Equal(killed, down.Count);
        Assert.Equal(ring.ReplicasOf(lab[0].Disk.Tokens[0], replication).Take(8).Intersect(down).Order(), down);
        lab.Run(40);
        var asked = Enumerable.Range(0, 8).First(n => !down.Contains(n));
        var served = 0;
        for (var i = 0; i < 200; i++)
        {
            var alive = ring.ReplicasOf(TestCluster.Key($"key {i}").Token, replication).Count(n => n < 8 && !down.Contains(n));
            var error = lab.Write(asked, key: $"key {i}").Error;
            Assert.Equal(alive < 2 ? new Unavailable(ConsistencyLevel.LocalQuorum, 2, alive) : null, error);
            served += error is null ? 1 : 0;
        }

        Assert.InRange(served, 50, 150);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("keyspace=one", 2)]
    [InlineData("replicas=1", 1)]
    public void A_range_has_as_many_replicas_as_its_keyspace_says(string argument, int killed)
    {
        var lab = new TestCluster(options: new ClusterOptions { Datacenters = [new("eqiad", 6)] });
        lab[0].Process!.Schema.Apply(Parse("CREATE KEYSPACE one WITH replication = {'class': 'NetworkTopologyStrategy', 'eqiad': 2}"), null);
        lab.Run(1);
        lab.Fault("range-down", 0, argument.Length == 0 ? [] : [(argument.Split('=')[0], argument.Split('=')[1])]);
        Assert.Equal(killed, lab.Cluster.Nodes.Count(n => n.Process is null));
    }

    [Fact]
    public void Of_several_keyspaces_one_has_to_be_named()
    {
        var lab = new TestCluster();
        foreach (var name in new[] { "one", "two" })
        {
            lab[0].Process!.Schema.Apply(Parse($"CREATE KEYSPACE {name} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}"), null);
            lab.Run(1);
        }

        var told = Assert.Throws<FaultRequestException>(() => lab.Fault("range-down", 0));
        Assert.Equal("range-down: of which keyspace? There are one, two", told.Message);
        Assert.Equal("range-down: there is no keyspace three", Assert.Throws<FaultRequestException>(() => lab.Fault("range-down", 0, ("keyspace", "three"))).Message);
        Assert.All(lab.Cluster.Nodes, n => Assert.NotNull(n.Process));
    }

    private static Statement Parse(string statement) => Parser.Parse(statement).Statement;

    [Fact]
    public void A_stuck_blind_node_stays_blind_after_healing_until_it_is_restarted()
    {
        var lab = new TestCluster();
        var blind = lab.Fault("rejoin-blind", 0, ("stuck", "true"));
        Assert.NotNull(lab.Until(() => lab[0].Process is { IsOpen: true }, 120));
        lab.Faults.Heal(blind.Id);
        lab.Run(600);
        Assert.False(lab.Sees(0, 1));
        Assert.True(lab.Sees(1, 0));
        lab.Fault("reboot", 0);
        lab.Run(60);
        Assert.True(lab.Write(0).Succeeded);
    }

    [Fact]
    public void Power_loss_takes_the_last_seconds_and_a_kill_does_not()
    {
        var lab = new TestCluster();
        Assert.True(lab.Write(0).Succeeded);
        lab.Fault("kill", 2);
        Assert.NotNull(lab[2].Disk.Store.Read(TestCluster.Table, TestCluster.Key("key")));
        lab.Fault("power-loss", 1);
        Assert.Null(lab[1].Disk.Store.Read(TestCluster.Table, TestCluster.Key("key")));
    }
}
