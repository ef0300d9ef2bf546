using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Judging;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster.Judging;

public sealed class VerdictTimelineTests(ITestOutputHelper output)
{
    private const ConsistencyLevel Level = ConsistencyLevel.LocalQuorum;

    [Fact]
    public void It_tells_when_a_coordinator_went_blind_and_that_another_could_serve()
    {
        var lab = new TestCluster();
        var verdicts = new VerdictTimeline(lab.Cluster);
        var question = Reads(lab);
        var start = lab.Scheduler.Now;
        var fault = lab.Fault("rejoin-blind", 0);
        lab.Until(() => lab[0].Process is { IsOpen: true }, 120);
        lab.Run(5);
        var blind = lab.Scheduler.Now;
        lab.Faults.Heal(fault.Id);
        lab.Run(60);

        var spans = verdicts.Between(0, question, start, lab.Scheduler.Now);
        Assert.Equal([Verdict.Unreachable, Verdict.Refuses, Verdict.Serves], spans.Select(s => s.Verdict).Where(v => v != Verdict.Uncertain));
        Assert.Equal(start, spans[0].From);
        Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.Equal(lab.Scheduler.Now, spans[^1].To);
        Assert.Equal(Verdict.Refuses, verdicts.At(0, question, blind));
        Assert.True(verdicts.AnyServes("datacenter1", question, blind));
        Assert.True(verdicts.AnyServesThroughout("datacenter1", question, blind - TimeSpan.FromSeconds(1), blind));
        Assert.False(verdicts.AnyServes("elsewhere", question, blind));
    }

    [Fact]
    public void Nobody_serves_a_range_whose_replicas_are_down()
    {
        var lab = new TestCluster();
        var verdicts = new VerdictTimeline(lab.Cluster);
        var question = Reads(lab);
        lab.Fault("stop", 1);
        lab.Fault("stop", 2);
        lab.Run(60);
        var now = lab.Scheduler.Now;
        Assert.False(verdicts.AnyMightServe("datacenter1", question, now - TimeSpan.FromSeconds(20), now));
        Assert.Equal(Verdict.Refuses, verdicts.At(0, question, now));
    }

    [Fact]
    public void What_is_too_old_is_forgotten_and_what_holds_now_is_not()
    {
        var lab = new TestCluster();
        var verdicts = new VerdictTimeline(lab.Cluster) { Keep = TimeSpan.FromMinutes(2) };
        for (var i = 0; i < 20; i++)
        {
            lab.Fault("half-open", 0, ("for", "10s"));
            lab.Run(60);
        }

        var question = Reads(lab);
        var now = lab.Scheduler.Now;
        Assert.Equal(Verdict.Serves, verdicts.At(0, question, now));
        Assert.Equal(Verdict.Unreachable, verdicts.At(0, question, now - TimeSpan.FromSeconds(55)));
        Assert.InRange(verdicts.Between(0, question, TimeSpan.Zero, now).Count, 3, 8);
    }

    /// <summary>While nodes join and leave, requests go through every coordinator; each answer must be what the timeline says.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_stays_right_while_nodes_come_and_go(ulong seed)
    {
        var lab = new TestCluster(seed, new ClusterOptions { Datacenters = [new("datacenter1", 4)] });
        var verdicts = new VerdictTimeline(lab.Cluster);
        var random = lab.Scheduler.Randomness.Fork("test");
        int asked = 0, judged = 0, refused = 0;
        var wrong = new List<string>();
        var end = lab.Scheduler.Now + TimeSpan.FromSeconds(240);
        lab.Scheduler.After(TimeSpan.FromSeconds(5), () => lab.Faults.Apply("add-node", []));
        lab.Scheduler.After(TimeSpan.FromSeconds(30), () => lab.Fault("stop", 1, ("for", "30s")));
        lab.Scheduler.After(TimeSpan.FromSeconds(45), () => lab.Fault("stop", 2, ("for", "40s")));
        lab.Scheduler.After(TimeSpan.FromSeconds(150), () => lab.Fault("remove-node", 3));
        lab.Scheduler.After(TimeSpan.FromSeconds(155), () => lab.Fault("stop", 1, ("for", "20s")));
        lab.Scheduler.After(TimeSpan.FromSeconds(200), () => lab.Fault("stop", 0));
        lab.Scheduler.After(TimeSpan.FromSeconds(205), () => lab.Fault("stop", 4));
        Ask();
        lab.Scheduler.RunUntil(end + TimeSpan.FromSeconds(10));
        output.WriteLine($"seed {seed}: {asked} asked, {judged} judged, {refused} of them refused");
        Assert.Equal(5, lab.Cluster.Nodes.Count);
        Assert.Empty(wrong);
        Assert.True(judged > asked * 0.8 && refused > 50 && judged - refused > 1_000, $"{asked} asked, {judged} judged, {refused} refused");

        void Ask()
        {
            foreach (var node in lab.Cluster.Nodes.Where(n => n.Process is { IsOpen: true }))
            {
                Send(node, random.Next(200), isWrite: random.Chance(0.5));
            }

            if (lab.Scheduler.Now < end)
            {
                lab.Scheduler.After(random.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(150)), Ask);
            }
        }

        void Send(Node node, int key, bool isWrite)
        {
            asked++;
            var from = lab.Scheduler.Now;
            var mutation = lab.Write($"key {key}", "value");
            if (isWrite)
            {
                node.Process!.Coordinator.Write(mutation, lab.Replication, Level, Compare);
            }
            else
            {
                node.Process!.Coordinator.Read(
                    new ReadCommand(TestCluster.Table, mutation.Key), lab.Replication, Level, (_, error) => Compare(error));
            }

            void Compare(RequestError? error)
            {
                var to = lab.Scheduler.Now;
                lab.Scheduler.Post(() =>
                {
                    var verdict = verdicts.Throughout(node.Index, new Question(mutation.Token, lab.Replication, Level, isWrite), from, to);
                    judged += verdict is Verdict.Serves or Verdict.Refuses or Verdict.Fails ? 1 : 0;
                    refused += verdict is Verdict.Refuses ? 1 : 0;
                    var agrees = verdict switch
                    {
                        Verdict.Serves => error is null,
                        Verdict.Refuses => error is Unavailable,
                        Verdict.Fails => error is ReadTimedOut or WriteTimedOut,
                        Verdict.Unreachable => false,
                        _ => true,
                    };
                    if (!agrees)
                    {
                        wrong.Add($"at {from}: {node.Name} {(isWrite ? "write" : "read")} of key {key}: {verdict}, but {error}");
                    }
                });
            }
        }
    }

    private static Question Reads(TestCluster lab) => new(TestCluster.Key("key").Token, lab.Replication, Level, IsWrite: false);
}
