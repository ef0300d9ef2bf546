using System.Net;
using Holdfast.Lab.Cluster.Internode;

namespace Holdfast.Lab.Cluster;

/// <summary>
/// This folder: the cluster. A node is a machine with an address, a clock and a disk; what runs on it is a
/// <see cref="NodeProcess"/>, which may end while the machine, its disk and its place in the ring remain.
/// </summary>
internal sealed class Node(
    LabCluster cluster, int index, IPEndPoint address, string datacenter, int number, string rack, NodeDisk disk) : IInternodePeer
{
    // What keeps it down, oldest first: it starts when the last lets go, or when somebody starts it all the same.
    private readonly List<Outage> outages = [];

    public int Index => index;

    /// <summary>Its data centre and its number there, from one: eqiad-1.</summary>
    public string Name { get; } = $"{datacenter}-{number + 1}";

    public IPEndPoint Address => address;

    public string Datacenter => datacenter;

    public string Rack => rack;

    public NodeDisk Disk { get; private set; } = disk;

    /// <summary>Null while nothing runs.</summary>
    public NodeProcess? Process { get; private set; }

    public int Incarnation { get; private set; }

    /// <summary>The machine is off, not only its process: nothing of it answers, not even to refuse.</summary>
    public bool IsWithoutPower { get; private set; }

    /// <summary>How far this node's clock is ahead of true time.</summary>
    public TimeSpan ClockSkew { get; set; }

    public TroubleList Troubles { get; } = new();

    public DateTimeOffset UtcNow => cluster.Scheduler.ClockUtcNow + ClockSkew;

    public NodeState State => Process?.State ?? NodeState.Down;

    public NodeProcess Run(StartOptions options)
    {
        if (Process is not null)
        {
            throw new InvalidOperationException($"{Name} runs already");
        }

        Incarnation++;
        IsWithoutPower = false;
        outages.Clear();
        cluster.Trace("start", index);
        Process = new NodeProcess(cluster, this, options);
        return Process;
    }

    /// <summary>The same machine with another disk.</summary>
    public void Replace(NodeDisk other)
    {
        Disk = other;
        cluster.Ledger?.Inspect(index, other.Store);
    }

    /// <summary>Ends its process and keeps it down until <see cref="LetGo"/>.</summary>
    public Outage HoldDown(Ending ending)
    {
        End(ending);
        var outage = new Outage(ending);
        outages.Add(outage);
        return outage;
    }

    /// <summary>Starts it, unless something else keeps it down or somebody has started it meanwhile.</summary>
    public void LetGo(Outage outage, StartOptions options)
    {
        if (!outages.Remove(outage))
        {
            return;
        }

        if (outages.Count > 0)
        {
            IsWithoutPower = outages.Exists(o => o.Ending == Ending.PowerLost);
        }
        else if (Process is null)
        {
            Run(options);
        }
    }

    /// <summary>The process is gone this moment, and what it had in memory too.</summary>
    public void End(Ending ending)
    {
        if (Process is not { } process)
        {
            IsWithoutPower |= ending == Ending.PowerLost;
            return;
        }

        if (ending == Ending.Stopped)
        {
            process.Gossiper.Shutdown();
            Disk.Store.Sync(cluster.Scheduler.Now);
        }

        process.CloseCql(ending);
        process.Life.End();
        Process = null;
        IsWithoutPower = ending == Ending.PowerLost;
        if (ending == Ending.PowerLost)
        {
            Disk.Store.LosePower(cluster.Scheduler.Now);
            cluster.Ledger?.Inspect(index, Disk.Store);
        }

        cluster.Trace("end", index, (int)ending);
    }

    public void Receive(int from, InternodeMessage message) => Process?.Receive(from, message);
}
