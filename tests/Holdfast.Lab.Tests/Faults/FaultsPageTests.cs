using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Faults;

/// <summary>
/// What a real three-node Cassandra 4.0 did under each fault (replication 3, LOCAL_QUORUM), row by row: the same errors,
/// fields, order and times, each arising in the lab from its cause. Node 0 is the page's X.
/// </summary>
public sealed class FaultsPageTests
{
    private const int X = 0;

    private readonly TestCluster lab = new();

    [Theory]
    [InlineData("stop")]
    [InlineData("kill")]
    public void Nothing_fails_at_the_others_when_a_node_stops(string fault)
    {
        lab.Fault(fault, X);
        for (var i = 0; i < 300; i++)
        {
            AssertOthersServe($"key {i}");
            lab.Run(0.1);
        }
    }

    [Fact]
    public void A_clean_stop_is_believed_at_once_and_a_kill_only_by_silence()
    {
        lab.Fault("stop", X);
        Assert.InRange(lab.Until(() => !lab.Sees(1, X) && !lab.Sees(2, X), 60)!.Value.TotalSeconds, 0, 0.2);
        foreach (var node in new[] { 1, 2 })
        {
            Assert.InRange(lab.Write(node).After!.Value.TotalMilliseconds, 0, 11);
            Assert.InRange(lab.Read(node).After!.Value.TotalMilliseconds, 0, 11);
        }

        var other = new TestCluster();
        other.Fault("kill", X);
        Assert.InRange(other.Until(() => !other.Sees(1, X), 60)!.Value.TotalSeconds, 12, 22);
    }

    [Fact]
    public void A_restarted_node_sees_its_peers_before_it_opens_and_its_first_query_succeeds()
    {
        var stop = lab.Fault("stop", X);
        lab.Run(5);
        lab.Faults.Heal(stop.Id);
        var start = lab.Scheduler.Now;
        while (lab.Scheduler.Now - start < TimeSpan.FromSeconds(14))
        {
            AssertOthersServe();
            lab.Run(0.1);
        }

        Assert.NotNull(lab.Until(() => lab.Sees(X, 1) && lab.Sees(X, 2), 60));
        var seen = lab.Scheduler.Now;
        Assert.False(lab[X].Process!.IsOpen);
        Assert.NotNull(lab.Until(() => lab[X].Process!.IsOpen, 60));
        Assert.InRange((lab.Scheduler.Now - start).TotalSeconds, 15, 18);
        Assert.InRange((lab.Scheduler.Now - seen).TotalSeconds, 0.1, 0.3);
        Assert.True(lab.Write(X).Succeeded);
        Assert.Equal("value", lab.Read(X).Value);
        AssertOthersServe();
    }

    [Fact]
    public void With_the_waits_switched_off_it_sees_its_peers_only_after_it_opened()
    {
        var stop = lab.Fault("stop", X, ("skip-waits", "true"));
        lab.Run(5);
        lab.Faults.Heal(stop.Id);
        Assert.NotNull(lab.Until(() => lab[X].Process!.IsOpen, 60));
        Assert.IsType<Unavailable>(lab.Read(X).Error);
        Assert.InRange(lab.Until(() => lab.Sees(X, 1) && lab.Sees(X, 2), 60)!.Value.TotalSeconds, 0.1, 0.3);
        Assert.True(lab.Write(X).Succeeded);
        Assert.Equal("value", lab.Read(X).Value);
        AssertOthersServe();
    }

    [Fact]
    public void Started_while_packets_to_it_are_dropped_it_opens_late_and_blind()
    {
        var stop = lab.Fault("stop", X);
        var cut = lab.Fault("cut-in", X);
        lab.Run(5);
        lab.Faults.Heal(stop.Id);
        Assert.InRange(lab.Until(() => lab[X].Process!.IsOpen, 120)!.Value.TotalSeconds, 47, 64);
        for (var i = 0; i < 300; i++)
        {
            var write = lab.Write(X);
            Assert.Equal(new Unavailable(ConsistencyLevel.LocalQuorum, 2, 1), write.Error);
            Assert.InRange(write.After!.Value.TotalMilliseconds, 0, 10);
            var read = lab.Read(X);
            Assert.Equal("Cannot achieve consistency level LOCAL_QUORUM", read.Error!.Message);
            Assert.InRange(read.After!.Value.TotalMilliseconds, 0, 10);
            AssertOthersServe();
            lab.Run(1);
        }

        lab.Faults.Heal(cut.Id);
        Assert.InRange(lab.ProbeUntil(() => lab.Read(X), a => a.Succeeded, 30)!.Value.TotalSeconds, 0, 1.5);
        Assert.True(lab.Write(X).Succeeded);
    }

    [Fact]
    public void Packets_dropped_while_it_runs_give_timeouts_until_conviction_and_then_unavailable()
    {
        var events = new List<(TimeSpan At, ClientEvent Event)>();
        lab[1].Process!.Events.Raised += e => events.Add((lab.Scheduler.Now, e));
        var start = lab.Scheduler.Now;
        var cut = lab.Fault("cut-in", X);

        var write = lab.Write(X);
        Assert.Equal(new WriteTimedOut(ConsistencyLevel.LocalQuorum, 1, 2), write.Error);
        Assert.Equal("Operation timed out - received only 1 responses.", write.Error!.Message);
        Assert.Equal(2, write.After!.Value.TotalSeconds, 1);
        var read = lab.Read(X);
        Assert.Equal(new ReadTimedOut(ConsistencyLevel.LocalQuorum, 1, 2, DataPresent: true), read.Error);
        Assert.Equal(5, read.After!.Value.TotalSeconds, 1);

        Assert.NotNull(lab.ProbeUntil(() => lab.Write(X), a => a.Error is Unavailable { Required: 2, Alive: 1 }, 60));
        Assert.InRange((lab.Scheduler.Now - start).TotalSeconds, 12, 22);
        foreach (var refused in new[] { lab.Write(X), lab.Read(X) })
        {
            Assert.Equal(new Unavailable(ConsistencyLevel.LocalQuorum, 2, 1), refused.Error);
            Assert.InRange(refused.After!.Value.TotalMilliseconds, 0, 10); // at once
        }

        AssertOthersServe();
        lab.Run(10);
        Assert.Equal(new StatusEvent(X, IsUp: false), Assert.Single(events).Event);
        Assert.InRange((events[0].At - start).TotalSeconds, 12, 22);

        lab.Faults.Heal(cut.Id);
        var healed = lab.Scheduler.Now;
        Assert.InRange(lab.ProbeUntil(() => lab.Read(X), a => a.Succeeded, 30)!.Value.TotalSeconds, 0, 0.9);
        lab.Run(5);
        Assert.Equal(new StatusEvent(X, IsUp: true), events[^1].Event);
        Assert.InRange((events[^1].At - healed).TotalSeconds, 0, 1.5);
    }

    /// <summary>Measured: good again after 0.3 to 0.9 s, UP after 0.8 to 1.5 s. When gossip's rounds come is drawn, so that many draws are taken.</summary>
    [Fact]
    public void After_healing_it_is_good_and_said_to_be_up_within_the_times_that_were_measured()
    {
        var (good, up) = (new List<double>(), new List<double>());
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var other = new TestCluster(seed);
            var cut = other.Fault("cut-in", X);
            other.Run(60);
            var healed = other.Scheduler.Now;
            other[1].Process!.Events.Raised += e => up.Add((other.Scheduler.Now - healed).TotalSeconds);
            other.Faults.Heal(cut.Id);
            good.Add(other.ProbeUntil(() => other.Read(X), a => a.Succeeded, 10)!.Value.TotalSeconds);
            other.Run(5);
        }

        Assert.Equal(20, up.Count);
        Assert.InRange(good.Max(), 0.3, 1.1);
        Assert.InRange(good.Average(), 0.2, 0.9);
        Assert.InRange(up.Max(), 0.8, 1.6);
    }

    /// <summary>As frames: what a driver reads of them, by hand from native_protocol_v4.spec 9.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void The_timeouts_reach_a_client_with_their_fields_and_their_words(byte version)
    {
        var frames = new FrameLab();
        frames.Ask(frames.Client.Query("INSERT INTO s.t (key, value) VALUES ('a', 0x00)", 5), FrameLab.Result);
        var client = frames.Connected(X, version);
        frames.Cluster.Fault("cut-in", X);

        var from = frames.Cluster.Scheduler.Now;
        var write = frames.Ask(client, client.Query("INSERT INTO s.t (key, value) VALUES ('a', 0x01)"), FrameLab.Error);
        Assert.Equal((0x1100, "Operation timed out - received only 1 responses."), (write.Code, write.Message));
        Assert.Equal("0006" + "00000001" + "00000002" + "0006" + "53494d504c45", FrameLab.FieldsOf(write)); // LOCAL_QUORUM, 1, 2, SIMPLE
        Assert.Equal(2, (frames.Cluster.Scheduler.Now - from).TotalSeconds, 1);

        from = frames.Cluster.Scheduler.Now;
        var read = frames.Ask(client, client.Query("SELECT value FROM s.t WHERE key = 'a'"), FrameLab.Error);
        Assert.Equal((0x1200, "Operation timed out - received only 1 responses."), (read.Code, read.Message));
        Assert.Equal("0006" + "00000001" + "00000002" + "01", FrameLab.FieldsOf(read)); // data present
        Assert.Equal(5, (frames.Cluster.Scheduler.Now - from).TotalSeconds, 1);

        frames.Cluster.Run(20);
        var refused = frames.Ask(client, client.Query("SELECT value FROM s.t WHERE key = 'a'"), FrameLab.Error);
        Assert.Equal((0x1000, "Cannot achieve consistency level LOCAL_QUORUM"), (refused.Code, refused.Message));
        Assert.Equal("0006" + "00000002" + "00000001", FrameLab.FieldsOf(refused));
        foreach (var node in new[] { 1, 2 })
        {
            var other = frames.Connected(node, version);
            frames.Ask(other, other.Query("SELECT value FROM s.t WHERE key = 'a'"), FrameLab.Result);
            frames.Ask(other, other.Query("INSERT INTO s.t (key, value) VALUES ('a', 0x02)"), FrameLab.Result);
        }
    }

    [Fact]
    public void Two_peers_that_announce_shutdown_leave_it_unavailable_without_a_timeout()
    {
        lab.Fault("gossip-off", 1);
        lab.Fault("gossip-off", 2);
        var failures = new List<RequestError>();
        Assert.NotNull(lab.ProbeUntil(() => lab.Write(X), a => Failed(a, failures), 6));
        Assert.Equal(new Unavailable(ConsistencyLevel.LocalQuorum, 2, 1), Assert.Single(failures));
        AssertOthersServe();
    }

    [Fact]
    public void Its_own_gossip_switched_off_leaves_its_view_and_its_clients_alone()
    {
        lab.Fault("gossip-off", X);
        Assert.NotNull(lab.Until(() => !lab.Sees(1, X) && !lab.Sees(2, X), 6));
        for (var i = 0; i < 60; i++)
        {
            Assert.True(lab.Write(X).Succeeded);
            lab.Run(1);
        }
    }

    [Fact]
    public void A_paused_node_answers_nothing_and_the_others_do_not_notice()
    {
        var pause = lab.Fault("pause", X);
        var answered = false;
        lab[X].Process!.Life.Run(() => lab[X].Process!.Coordinator.Write(
            lab.Write("late", "late"), lab.Replication, ConsistencyLevel.LocalQuorum, _ => answered = true));
        for (var i = 0; i < 100; i++)
        {
            AssertOthersServe();
            lab.Run(0.1);
        }

        Assert.False(answered);
        lab.Faults.Heal(pause.Id);
        lab.Run(0.1);
        Assert.True(answered); // and so a write that its client gave up on long ago is applied now
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("kill")]
    public void With_both_peers_gone_it_times_out_until_it_convicts_them(string fault)
    {
        lab.Fault(fault, 1);
        lab.Fault(fault, 2);
        var failures = new List<RequestError>();
        var after = lab.ProbeUntil(() => lab.Write(X), a => Failed(a, failures) && a.Error is Unavailable, 60);
        Assert.InRange(after!.Value.TotalSeconds, 12, 22);
        Assert.InRange(failures.Count, 5, 12); // each of 2 s
        Assert.All(failures.SkipLast(1), f => Assert.Equal(new WriteTimedOut(ConsistencyLevel.LocalQuorum, 1, 2), f));
        Assert.Equal(new Unavailable(ConsistencyLevel.LocalQuorum, 2, 1), failures[^1]);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("kill")]
    public void With_both_peers_gone_reads_time_out_with_its_own_data_until_it_convicts_them(string fault)
    {
        Assert.True(lab.Write(X).Succeeded);
        lab.Fault(fault, 1);
        lab.Fault(fault, 2);
        var failures = new List<RequestError>();
        var after = lab.ProbeUntil(() => lab.Read(X), a => Failed(a, failures) && a.Error is Unavailable, 60);
        Assert.InRange(after!.Value.TotalSeconds, 12, 26); // the last timeout may begin just before the conviction
        Assert.InRange(failures.Count, 3, 6); // each of 5 s
        Assert.All(failures.SkipLast(1), f => Assert.Equal(new ReadTimedOut(ConsistencyLevel.LocalQuorum, 1, 2, DataPresent: true), f));
        Assert.Equal(new Unavailable(ConsistencyLevel.LocalQuorum, 2, 1), failures[^1]);
    }

    /// <summary>Reads and writes, through both.</summary>
    private void AssertOthersServe(string key = "key")
    {
        foreach (var node in new[] { 1, 2 })
        {
            Assert.Null(lab.Write(node, key: key).Error);
            Assert.True(lab.Read(node, key: key).Succeeded);
        }
    }

    private static bool Failed(Answer answer, List<RequestError> failures)
    {
        if (answer.Error is { } error)
        {
            failures.Add(error);
        }

        return answer.Error is not null;
    }
}
