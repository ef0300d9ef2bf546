using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>Keeps what a replica missed, within the hint window, and hands it over when this process sees the replica up.</summary>
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

    public bool Keep(int target, Mutation mutation)
    {
        var disk = process.Node.Disk;
        if (disk.Store.IsDiskFull || target == process.Node.Index)
        {
            return false;
        }

        var outOfWindow = process.Gossiper.Peers.TryGetValue(target, out var peer) && !peer.Alive
            && process.Life.Now - peer.ChangedAt > timeouts.HintWindow;
        return !outOfWindow && disk.Hints.Add(target, mutation);
    }

    public void Delivered(int target, long hint) => process.Node.Disk.Hints.Remove(target, hint);

    private void Dispatch()
    {
        process.Life.After(timeouts.HintDispatchEvery, Dispatch);
        foreach (var target in process.Node.Disk.Hints.Targets)
        {
            if (process.Gossiper.IsAlive(target))
            {
                foreach (var (id, mutation) in process.Node.Disk.Hints.Oldest(target, Batch))
                {
                    process.Send(target, new HintRequest(id, process.Life.Now + timeouts.HintDispatchEvery, mutation));
                }
            }
        }
    }
}
