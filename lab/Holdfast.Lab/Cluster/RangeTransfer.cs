using Holdfast.Lab.Cluster.Membership;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster;

/// <summary>
/// What streaming brings about when nodes come and go: after its time has passed, the new replicas hold what the old ones
/// held. (The transfer itself is one step: a session store's ranges are small, and writes meanwhile go to both.)
/// </summary>
internal static class RangeTransfer
{
    public static void Join(LabCluster cluster, NodeProcess process, MembershipTimings timings, Action joined) =>
        process.Life.After(timings.RingDelay + timings.Streaming, () =>
        {
            Become(cluster, process, RingStatus.Normal);
            Fill(cluster, process.Ring.Current, n => n == process.Node);
            process.Node.Disk.HasJoined = true;
            joined();
        });

    /// <summary>nodetool decommission: hands its ranges over, says that it left, and ends.</summary>
    public static void Leave(LabCluster cluster, NodeProcess process)
    {
        var timings = cluster.Options.Membership;
        Become(cluster, process, RingStatus.Leaving);
        process.Life.After(timings.RingDelay + timings.Streaming, () =>
        {
            var without = new TokenRing(process.Ring.Current.Members.Where(m => m.Node != process.Node.Index));
            Fill(cluster, without, n => n != process.Node);
            process.CloseCql(Ending.Stopped);
            Become(cluster, process, RingStatus.Left);
            process.Life.After(timings.GossipInterval * 5, () =>
            {
                process.Node.End(Ending.Killed);
                process.Node.Replace(cluster.NewDisk());
            });
        });
    }

    private static void Become(LabCluster cluster, NodeProcess process, RingStatus status)
    {
        process.Gossiper.Update(process.Gossiper.Self.Info with { Status = status });
        process.Ring.Changed();
        cluster.Trace("ring", process.Node.Index, process.Node.Index);
    }

    private static void Fill(LabCluster cluster, TokenRing ring, Func<Node, bool> receives)
    {
        foreach (var source in cluster.Nodes)
        {
            foreach (var (table, content) in source.Disk.Store.TakeSnapshot().Tables)
            {
                var replication = cluster.ReplicationOf(table);
                foreach (var partition in content.Scan())
                {
                    foreach (var replica in ring.ReplicasOf(partition.Key.Token, replication))
                    {
                        var target = cluster.Nodes[replica];
                        if (target != source && receives(target))
                        {
                            target.Disk.Store.Apply(new Mutation(table, partition), cluster.Scheduler.Now);
                        }
                    }
                }
            }
        }
    }
}
