using System.Globalization;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Model;

/// <summary>
/// Nodes come and go under writes and reads at QUORUM, with faults beside that lose nothing: no acknowledged write may be unreadable
/// through any node, while the ring moves or after.
/// </summary>
public sealed class MovingRingTests(ITestOutputHelper output)
{
    private const int Seeds = 10;
    private const int Keys = 12;

    private static readonly string[] Beside = ["slow", "latency", "failing", "compact", "pause", "gossip-off", "overloaded"];

    private readonly SortedDictionary<string, long> acknowledged = new(StringComparer.Ordinal);

    [Fact]
    public void No_acknowledged_write_is_lost_by_nodes_that_come_and_go()
    {
        var (written, read, refused) = (0, 0, 0);
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            acknowledged.Clear();
            var lab = new TestCluster(seed, new ClusterOptions { Datacenters = [new("eqiad", 4)] });
            var random = lab.Scheduler.Randomness.Fork("moving ring");
            lab.Scheduler.After(TimeSpan.FromSeconds(5), () => lab.Faults.Apply("add-node", []));
            var leaver = random.Next(4);
            lab.Scheduler.After(TimeSpan.FromSeconds(100 + random.Next(40)), () => lab.Faults.Apply("remove-node", [lab[leaver].Name]));
            var end = lab.Scheduler.Now + TimeSpan.FromSeconds(220);
            while (lab.Scheduler.Now < end)
            {
                if (random.Chance(0.04))
                {
                    lab.Faults.Apply(random.Pick(Beside), [lab[random.Next(4)].Name], ("for", $"{1 + random.Next(5)}s"));
                }

                var node = random.Pick([.. lab.Cluster.Nodes.Where(n => n.State == NodeState.Open)]);
                var key = $"key {random.Next(Keys)}";
                if (random.Chance(0.5))
                {
                    var stamp = lab.Scheduler.Now.Ticks / 10;
                    var answer = lab.Write(node.Index, ConsistencyLevel.Quorum, key, stamp.ToString(CultureInfo.InvariantCulture));
                    _ = answer.Succeeded ? written++ : refused++;
                    acknowledged[key] = answer.Succeeded ? stamp : acknowledged.GetValueOrDefault(key);
                }
                else
                {
                    read += Check(lab, node, key, seed) ? 1 : 0;
                }

                lab.Run(0.2);
            }

            lab.Faults.HealAll();
            lab.Run(60);
            Assert.Equal([0, 1, 2, 3, 4], lab.Cluster.Nodes.Select(n => n.Index));
            foreach (var node in lab.Cluster.Nodes.Where(n => n.Index != leaver))
            {
                Assert.Equal(4, node.Process!.Ring.Current.Members.Count);
                foreach (var key in acknowledged.Keys)
                {
                    Assert.True(Check(lab, node, key, seed), $"seed {seed}: {key} cannot be read through {node.Name}");
                }
            }
        }

        output.WriteLine($"{written} writes, {read} reads, {refused} writes refused");
        Assert.True(refused > 0 && written > 1_000 && read > 1_000);
    }

    /// <summary>False when the read was refused; what it gives is as new as what was acknowledged before it.</summary>
    private bool Check(TestCluster lab, Node node, string key, ulong seed)
    {
        var must = acknowledged.GetValueOrDefault(key);
        var answer = lab.Read(node.Index, ConsistencyLevel.Quorum, key);
        if (answer.Succeeded)
        {
            var found = long.Parse(answer.Value ?? "0", CultureInfo.InvariantCulture);
            Assert.True(found >= must, $"seed {seed}, at {lab.Scheduler.Now.TotalSeconds:F3} s: {key} through {node.Name} gave {found}, and {must} was acknowledged");
        }

        return answer.Succeeded;
    }
}
