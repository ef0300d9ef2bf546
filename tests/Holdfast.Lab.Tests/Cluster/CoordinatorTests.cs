using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Topology;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

public sealed class CoordinatorTests
{
    private readonly TestCluster two = new(
        options: new ClusterOptions { Datacenters = [new("eqiad", 3), new("codfw", 3)] },
        replication: Replication.Network([new("eqiad", 3), new("codfw", 3)]));

    [Theory]
    [InlineData(nameof(ConsistencyLevel.One), null, 0, 0)]
    [InlineData(nameof(ConsistencyLevel.LocalQuorum), null, 0, 0)]
    [InlineData(nameof(ConsistencyLevel.Any), null, 0, 0)]
    [InlineData(nameof(ConsistencyLevel.Quorum), "Cannot achieve consistency level QUORUM", 4, 3)]
    [InlineData(nameof(ConsistencyLevel.All), "Cannot achieve consistency level ALL", 6, 3)]
    [InlineData(nameof(ConsistencyLevel.EachQuorum), "Cannot achieve consistency level EACH_QUORUM in DC codfw", 2, 0)]
    public void Each_level_asks_for_what_it_needs_when_a_data_centre_is_cut_off(string level, string? message, int required, int alive)
    {
        two.Fault("cut-dc", 3);
        two.Run(40);
        var error = two.Write(0, Enum.Parse<ConsistencyLevel>(level)).Error;
        Assert.Equal(message, error?.Message);
        if (message is not null)
        {
            var unavailable = Assert.IsType<Unavailable>(error);
            Assert.Equal((required, alive), (unavailable.Required, unavailable.Alive));
        }
    }

    [Fact]
    public void Each_quorum_is_written_and_read_in_every_data_centre()
    {
        Assert.True(two.Write(0, ConsistencyLevel.EachQuorum).Succeeded);
        Assert.Equal("value", two.Read(4).Value);
        Assert.Equal("value", two.Read(4, ConsistencyLevel.EachQuorum).Value);
    }

    [Fact]
    public void A_write_reaches_another_data_centre_by_one_replica_there_and_when_that_is_dead_unknown_to_all_by_none()
    {
        two.Fault("kill", 3);
        var errors = new List<RequestError?>();
        for (var i = 0; i < 90; i++)
        {
            two[0].Process!.Coordinator.Write(
                two.Write($"key {i}", "value"), two.Replication, ConsistencyLevel.EachQuorum, errors.Add);
        }

        two.Run(3);
        Assert.Equal(90, errors.Count);
        Assert.All(errors.OfType<RequestError>(), e => Assert.Equal(new WriteTimedOut(ConsistencyLevel.EachQuorum, 3, 4), e));
        Assert.InRange(errors.Count(e => e is not null), 15, 45); // one of three
        Assert.Equal(errors.Count(e => e is not null), Enumerable.Range(0, 90).Count(i => !Holds(4, i)));
        Assert.All(Enumerable.Range(0, 90), i => Assert.Equal(Holds(4, i), Holds(5, i)));

        two.Run(60); // their hints
        Assert.All(Enumerable.Range(0, 90), i => Assert.True(Holds(4, i) && Holds(5, i)));

        bool Holds(int node, int key) => two[node].Disk.Store.Read(TestCluster.Table, TestCluster.Key($"key {key}")) is not null;
    }

    [Fact]
    public void A_hint_brings_what_a_replica_missed_once_it_is_up_again()
    {
        var lab = new TestCluster();
        var stop = lab.Fault("stop", 2);
        lab.Run(1);
        Assert.True(lab.Write(0).Succeeded);
        Assert.Equal(1, lab[0].Disk.Hints.Count);
        lab.Faults.Heal(stop.Id);
        lab.Run(60);
        Assert.Equal(0, lab[0].Disk.Hints.Count);
        Assert.NotNull(lab[2].Disk.Store.Read(TestCluster.Table, TestCluster.Key("key")));
    }

    [Fact]
    public void A_quorum_read_repairs_the_replica_that_lacked_the_write()
    {
        var lab = new TestCluster();
        lab[0].Disk.Store.Apply(lab.Write("key", "value"), lab.Scheduler.Now);
        lab[1].Disk.Store.Apply(lab.Write("key", "value"), lab.Scheduler.Now);
        Assert.Equal("value", lab.Read(2).Value);
        Assert.NotNull(lab[2].Disk.Store.Read(TestCluster.Table, TestCluster.Key("key")));
    }

    /// <summary>Two of three replicas are silent: whether the third was asked for its data or for a digest is drawn, and the error tells.</summary>
    [Fact]
    public void A_read_that_times_out_says_whether_data_had_come()
    {
        var lab = new TestCluster(options: new ClusterOptions { Datacenters = [new("eqiad", 5)] });
        var replicas = lab.Cluster.JoinedRing().ReplicasOf(TestCluster.Key("key").Token, lab.Replication);
        var asked = Enumerable.Range(0, 5).First(n => !replicas.Contains(n));
        Assert.True(lab.Write(asked, ConsistencyLevel.All).Succeeded);
        lab.Fault("pause", replicas[0]);
        lab.Fault("pause", replicas[1]);
        var answers = new List<RequestError?>();
        for (var i = 0; i < 40; i++)
        {
            lab[asked].Process!.Coordinator.Read(
                new ReadCommand(TestCluster.Table, TestCluster.Key("key")), lab.Replication, ConsistencyLevel.LocalQuorum, (_, error) => answers.Add(error));
        }

        lab.Run(5.1);
        Assert.Equal(40, answers.Count);
        Assert.All(answers, e => Assert.IsType<ReadTimedOut>(e));
        Assert.All(answers, e => Assert.Equal("Operation timed out - received only 1 responses.", e!.Message));
        Assert.All(answers.Cast<ReadTimedOut>(), e => Assert.Equal((1, 2), (e.Received, e.BlockFor)));
        Assert.InRange(answers.Cast<ReadTimedOut>().Count(e => !e.DataPresent), 5, 35);
    }

    /// <summary>The replicas differ, and what lacks the value cannot take it: the read waits for a repair that nobody confirms.</summary>
    [Fact]
    public void A_read_whose_repair_nobody_can_take_times_out_one_short_of_its_level()
    {
        var lab = new TestCluster();
        lab[2].Disk.Store.Apply(lab.Write("key", "value"), lab.Scheduler.Now);
        lab.Fault("disk-full", 0);
        lab.Fault("disk-full", 1);
        var answer = lab.Read(2);
        Assert.Equal(new ReadTimedOut(ConsistencyLevel.LocalQuorum, 1, 2, DataPresent: true), answer.Error);
        Assert.Equal(5, answer.After!.Value.TotalSeconds, 1);
        Assert.Equal(0, lab[2].Process!.Coordinator.InFlight);
    }

    [Fact]
    public void Full_disks_fail_writes_and_serve_reads()
    {
        var lab = new TestCluster();
        Assert.True(lab.Write(0).Succeeded);
        lab.Fault("disk-full", 1);
        Assert.True(lab.Write(0).Succeeded);
        lab.Fault("disk-full", 2);
        Assert.Equal("value", lab.Read(2).Value);
        var failed = Assert.IsType<WriteFailed>(lab.Write(0).Error);
        Assert.Equal((1, 2, 2), (failed.Received, failed.BlockFor, failed.Failures.Count));
    }

    [Fact]
    public void A_node_that_joins_takes_over_its_ranges_and_one_that_leaves_hands_them_over()
    {
        var lab = new TestCluster();
        for (var i = 0; i < 50; i++)
        {
            Assert.True(lab.Write(0, ConsistencyLevel.All, $"key {i}", $"value {i}").Succeeded);
        }

        lab.Faults.Apply("add-node", []);
        Assert.NotNull(lab.Until(() => lab.Cluster.Nodes[3].Process is { IsOpen: true }, 200));
        lab.Run(5);
        Assert.All(lab.Cluster.Nodes, n => Assert.Equal(4, n.Process!.Ring.Current.Members.Count));
        AssertAllThere(lab, through: 3);

        lab.Fault("remove-node", 0);
        Assert.NotNull(lab.Until(() => lab[0].Process is null, 200));
        lab.Run(5);
        Assert.Equal([1, 2, 3], lab[2].Process!.Ring.Current.Members.Select(m => m.Node));
        AssertAllThere(lab, through: 2);
    }

    [Fact]
    public void Without_a_client_timestamp_a_fast_clock_wins()
    {
        var lab = new TestCluster();
        lab.Fault("clock-skew", 1, ("by", "30s"));
        var here = lab[0].Process!.Clients.NextTimestamp();
        var there = lab[1].Process!.Clients.NextTimestamp();
        Assert.InRange(there - here, 29_000_000, 31_000_000);
        Assert.True(lab[0].Process!.Clients.NextTimestamp() > here);
    }

    [Fact]
    public void A_write_that_hints_alone_answered_leaves_nothing_behind()
    {
        var lab = new TestCluster(options: new ClusterOptions { Datacenters = [new("eqiad", 5)] });
        var asked = Enumerable.Range(0, 5).First(n => !lab.Cluster.JoinedRing().ReplicasOf(TestCluster.Key("key").Token, lab.Replication).Contains(n));
        foreach (var node in Enumerable.Range(0, 5).Where(n => n != asked))
        {
            lab.Fault("stop", node);
        }

        lab.Run(1);
        Assert.True(lab.Write(asked, ConsistencyLevel.Any).Succeeded);
        Assert.Equal(3, lab[asked].Disk.Hints.Count);
        Assert.Equal(0, lab[asked].Process!.Coordinator.InFlight);
    }

    [Theory]
    [InlineData(nameof(ConsistencyLevel.One), 2, null)]
    [InlineData(nameof(ConsistencyLevel.Quorum), 1, null)]
    [InlineData(nameof(ConsistencyLevel.Quorum), 2, "Operation timed out - received only 1 responses.")]
    [InlineData(nameof(ConsistencyLevel.All), 1, "Operation timed out - received only 2 responses.")]
    public void A_scan_needs_of_each_range_what_its_level_says(string level, int silent, string? told)
    {
        var lab = new TestCluster();
        for (var i = 0; i < 20; i++)
        {
            Assert.True(lab.Write(0, ConsistencyLevel.All, $"key {i}").Succeeded);
        }

        Enumerable.Range(1, silent).ToList().ForEach(n => lab.Fault("kill", n));
        (int Found, RequestError? Error)? answer = null;
        lab[0].Process!.Coordinator.Scan(
            TestCluster.Table, lab.Replication, Enum.Parse<ConsistencyLevel>(level), (found, error) => answer = (found.Count(), error));
        Assert.NotNull(lab.Until(() => answer is not null, 11));
        Assert.Equal((told is null ? 20 : 0, told), (answer!.Value.Found, answer.Value.Error?.Message));
        Assert.Equal(0, lab[0].Process!.Coordinator.InFlight);
    }

    private static void AssertAllThere(TestCluster lab, int through)
    {
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal($"value {i}", lab.Read(through, key: $"key {i}").Value);
        }
    }
}
