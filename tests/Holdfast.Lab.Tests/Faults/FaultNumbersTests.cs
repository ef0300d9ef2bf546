using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Faults;

/// <summary>What a fault was asked for in numbers is what it does: shares, distributions, and the nodes it spares.</summary>
public sealed class FaultNumbersTests
{
    private const int X = 0;

    private readonly TestCluster lab = new();

    [Theory]
    [InlineData("5%", 0.05)]
    [InlineData("30%", 0.3)]
    [InlineData("0.8", 0.8)]
    public void As_many_packets_are_lost_as_it_was_asked_for_and_only_theirs(string asked, double share)
    {
        const int packets = 4_000;
        lab.Fault("loss", X, ("share", asked), ("peers", lab[1].Name));
        Assert.InRange(LostOf(packets, X, 1), share - 0.03, share + 0.03);
        Assert.InRange(LostOf(packets, 1, X), share - 0.03, share + 0.03);
        Assert.Equal(0, LostOf(packets, X, 2));
        Assert.Equal(0, LostOf(packets, 1, 2));
    }

    /// <summary>A floor and an exponential tail: its mean is the floor and the tail's, half of it is at most ln 2 tails above the floor, 1 % at least ln 100.</summary>
    [Fact]
    public void A_slow_node_s_delays_have_the_distribution_that_was_asked_for()
    {
        var (floor, tail) = (TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(100));
        lab.Fault("slow", X, ("floor", "40ms"), ("tail", "100ms"));
        var delays = Enumerable.Range(0, 20_000).Select(_ => lab[X].Troubles.DrawDelay(lab.Scheduler.Randomness)).Order().ToList();
        Assert.InRange(delays[0], floor, floor + TimeSpan.FromMilliseconds(1));
        Assert.InRange(delays.Average(d => d.TotalMilliseconds), 135, 145);
        Assert.InRange((delays[10_000] - floor) / tail, 0.65, 0.74); // ln 2 = 0.69
        Assert.InRange((delays[19_800] - floor) / tail, 4.2, 5.0); // ln 100 = 4.61
    }

    /// <summary>And so it reaches a client: reads at ONE of the node itself, whose coordinator and replica wait once each.</summary>
    [Fact]
    public void A_slow_node_s_clients_wait_as_long_as_it_draws()
    {
        var frames = new FrameLab();
        frames.Cluster.Fault("slow", X, ("floor", "40ms"), ("tail", "100ms"));
        var waits = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var from = frames.Cluster.Scheduler.Now;
            frames.Ask(frames.Client.Query("SELECT value FROM s.t WHERE key = 'a'", 1), FrameLab.Result);
            waits.Add((frames.Cluster.Scheduler.Now - from).TotalMilliseconds);
        }

        waits.Sort();
        Assert.InRange(waits[0], 40, 120);
        Assert.InRange(waits[150], 90, 320);
        Assert.InRange(waits[297] / waits[150], 1.5, 8);
    }

    [Fact]
    public void The_link_between_data_centres_dies_node_by_node_over_the_time_that_was_asked_for()
    {
        var two = new TestCluster(options: new ClusterOptions { Datacenters = [new("eqiad", 3), new("codfw", 2)] });
        var fault = two.Faults.Apply("fail-dc-link", ["eqiad"], ("over", "10s"));
        foreach (var (after, dead) in new[] { (0.001, 1), (4.99, 1), (5.01, 2), (9.99, 2), (10.01, 3) })
        {
            two.Scheduler.RunUntil(fault.Since + TimeSpan.FromSeconds(after));
            foreach (var node in Enumerable.Range(0, 3))
            {
                var lost = node < dead ? 1 : 0;
                Assert.All([3, 4], far => Assert.Equal((after, node, lost, lost), (after, node, Loss(two, node, far), Loss(two, far, node))));
                Assert.Equal(0, Loss(two, node, (node + 1) % 3));
            }
        }

        two.Faults.Heal(fault.Id);
        Assert.All(Enumerable.Range(0, 3), node => Assert.Equal(0, Loss(two, node, 3)));

        // Healed on the way, what had not died yet does not die any more.
        fault = two.Faults.Apply("fail-dc-link", ["eqiad"], ("over", "10s"), ("for", "6s"));
        two.Scheduler.RunUntil(fault.Since + TimeSpan.FromSeconds(20));
        Assert.All(Enumerable.Range(0, 3), node => Assert.Equal(0, Loss(two, node, 3)));
    }

    [Fact]
    public void A_reimaged_node_has_its_address_another_host_id_and_nothing_else()
    {
        Assert.True(lab.Write(X, ConsistencyLevel.All).Succeeded);
        var (address, hostId) = (lab[X].Address, lab[X].Disk.HostId);
        Assert.Equal(1, lab[X].Disk.Store.PartitionCount);
        lab.Fault("reimage", X, ("down", "5s"));
        Assert.Equal(0, lab[X].Disk.Store.PartitionCount);
        Assert.NotEqual(hostId, lab[X].Disk.HostId);
        Assert.Equal(address, lab[X].Address);
        Assert.NotNull(lab.Until(() => lab[X].Process is { IsOpen: true }, 120));

        // Its own copy is gone: at ONE it knows nothing, at a quorum its peers do, and that repairs it.
        var alone = lab.Read(X, ConsistencyLevel.One);
        Assert.Equal((true, null), (alone.Succeeded, alone.Value));
        Assert.Equal("value", lab.Read(X).Value);
        Assert.Equal("value", lab.Read(X, ConsistencyLevel.One).Value);
    }

    /// <summary>The incident, for some of its peers only: it sees just these DOWN, everybody sees it UP, and only what needs two of them fails.</summary>
    [Fact]
    public void A_node_that_comes_back_blind_to_some_peers_fails_where_a_quorum_needs_them_and_nowhere_else()
    {
        var six = new TestCluster(options: new ClusterOptions { Datacenters = [new("eqiad", 6)] });
        var ring = six.Cluster.JoinedRing();
        var fault = six.Fault("rejoin-blind", X, ("down", "5s"), ("peers", $"{six[2].Name},{six[4].Name}"));
        Assert.NotNull(six.Until(() => six[X].Process is { IsOpen: true }, 120));
        six.Run(20);
        Assert.Equal([2, 4], Enumerable.Range(1, 5).Where(peer => !six.Sees(X, peer)));
        Assert.All(Enumerable.Range(1, 5), peer => Assert.True(six.Sees(peer, X)));

        var refused = 0;
        for (var i = 0; i < 120; i++)
        {
            var alive = ring.ReplicasOf(TestCluster.Key($"key {i}").Token, six.Replication).Count(n => n is not (2 or 4));
            RequestError? expected = alive < 2 ? new Unavailable(ConsistencyLevel.LocalQuorum, 2, alive) : null;
            Assert.Equal(expected, six.Write(X, key: $"key {i}").Error);
            Assert.Equal(expected, six.Read(X, key: $"key {i}").Error);
            Assert.Null(six.Write(1, key: $"key {i}").Error);
            refused += expected is null ? 0 : 1;
        }

        Assert.InRange(refused, 5, 60); // two given nodes of six are among a key's three replicas for one key in five
        six.Faults.Heal(fault.Id);
        six.Run(5);
        Assert.All(Enumerable.Range(1, 5), peer => Assert.True(six.Sees(X, peer)));
    }

    private double LostOf(int packets, int from, int to)
    {
        var network = lab.Cluster.Network;
        var before = network.Lost;
        for (var i = 0; i < packets; i++)
        {
            network.Send(from, to, new Holdfast.Lab.Cluster.Membership.EchoResponse());
        }

        return (network.Lost - before) / (double)packets;
    }

    private static double Loss(TestCluster of, int from, int to) => of.Cluster.Network.LinkOf(from, to).LossOf(Verb.Read);
}
