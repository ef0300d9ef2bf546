using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>
/// Keeps what a replica missed, within the hint window, and hands it over when this process sees the replica up. A hint older than its
/// table's gc_grace_seconds is dropped: what deleted its value may be forgotten (Cassandra's Hint.isLive).
/// </summary>
internal sealed class HintDelivery
{
    private const int Batch = 256;

    private readonly NodeProcess process;
    private readonly RequestTimeouts timeouts;

    public HintDelivery(NodeProcess process, RequestTimeouts timeouts)
    {
        this.process = process;
        this.timeouts = timeouts;
        process.Life.After(timeouts.HintDispatchEvery, Dispatch);
    }

    public bool Keep(int target, Mutation mutation) =>
        WouldKeep(target) && process.Node.Disk.Hints.Add(target, mutation, process.Life.Now);

    /// <summary>As far as the disk and the target's absence decide it.</summary>
    public bool WouldKeep(int target)
    {
        if (process.Node.Disk.Store.IsDiskFull || target == process.Node.Index)
        {
            return false;
        }

        var outOfWindow = process.Gossiper.Peers.TryGetValue(target, out var peer) && !peer.Alive
            && process.Life.Now - peer.ChangedAt > timeouts.HintWindow;
        return !outOfWindow;
    }

    public void Delivered(int target, long hint) => process.Node.Disk.Hints.Remove(target, hint);

    private void Dispatch()
    {
        process.Life.After(timeouts.HintDispatchEvery, Dispatch);
        foreach (var target in process.Node.Disk.Hints.Targets.Where(process.Gossiper.IsAlive).ToList())
        {
            foreach (var hint in process.Node.Disk.Hints.Oldest(target, Batch))
            {
                if (process.Life.Now - hint.KeptAt > process.Schema.GraceOf(hint.Mutation.Table))
                {
                    process.Node.Disk.Hints.Remove(target, hint.Id);
                    continue;
                }

                process.Send(target, new HintRequest(hint.Id, process.Life.Now + timeouts.HintDispatchEvery, hint.Mutation));
            }
        }
    }
}
