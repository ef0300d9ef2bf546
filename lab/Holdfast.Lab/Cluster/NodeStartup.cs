using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Cluster.Membership;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster;

/// <summary>
/// A start, phase by phase: boot, shadow round, settle, wait for peers, open CQL. Cut off from its peers a node passes all of
/// them by running out of each wait, and opens CQL blind: that is the incident.
/// </summary>
internal sealed class NodeStartup(NodeProcess process, LabCluster cluster, MembershipTimings timings, Randomness randomness)
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(100);

    private TimeSpan waitForPeersUntil;

    public NodeState State
    {
        get;
        private set
        {
            field = value;
            cluster.Trace("state", process.Node.Index, (int)value);
        }
    } = NodeState.Booting;

    /// <summary>Whether the internode port is open.</summary>
    public bool IsListening => State != NodeState.Booting;

    private Lifeline Life => process.Life;

    public void Begin(StartOptions options)
    {
        foreach (var saved in process.Node.Disk.SavedPeers)
        {
            process.Gossiper.Remember(saved);
        }

        process.Ring.Changed();
        if (options.Warm)
        {
            State = NodeState.Open;
            process.Gossiper.Start(NextGeneration(), randomness.Between(TimeSpan.Zero, timings.GossipInterval));
            process.Gossiper.BeginLiveness();
            return;
        }

        Life.After(randomness.Between(timings.BootMin, timings.BootMax), () =>
        {
            State = NodeState.ShadowRound;
            var giveUpAt = Life.Now + timings.ShadowRoundMax;
            AskForRing(giveUpAt);
        });
    }

    /// <summary>True when a message belongs to the start and not to gossip yet.</summary>
    public bool Takes(int from, InternodeMessage message)
    {
        if (State != NodeState.ShadowRound)
        {
            return false;
        }

        switch (message)
        {
            case GossipSyn { Digests.Count: 0 }:
                process.Send(from, new GossipAck([], [])); // both start: nobody knows anything yet
                break;
            case GossipAck { States.Count: > 0 } ack:
                process.Gossiper.Learn(ack.States);
                StartGossip();
                break;
            case GossipAck when cluster.Seeds.Contains(process.Node.Index):
                StartGossip();
                break;
            default:
                break;
        }

        return true;
    }

    private void AskForRing(TimeSpan giveUpAt)
    {
        if (State != NodeState.ShadowRound)
        {
            return;
        }

        var others = process.Gossiper.Peers.Keys.Union(cluster.Seeds).Where(n => n != process.Node.Index).Order().ToList();
        if (Life.Now >= giveUpAt || others.Count == 0)
        {
            StartGossip(); // a first seed that remembers nobody has nobody to ask
            return;
        }

        foreach (var node in others)
        {
            process.Gossiper.AskForRing(node);
        }

        Life.After(timings.GossipInterval, () => AskForRing(giveUpAt));
    }

    private void StartGossip()
    {
        State = NodeState.Settling;
        process.Gossiper.Start(NextGeneration(), timings.GossipInterval);
        var settled = timings.Settle > timings.GossipInterval ? timings.Settle : timings.GossipInterval;
        Life.After(settled, BeginLiveness);
        if (timings.WaitForPeersMax == TimeSpan.Zero)
        {
            Life.After(timings.Settle > timings.RestOfStart ? timings.Settle : timings.RestOfStart, Finish);
        }
    }

    private void BeginLiveness()
    {
        process.Gossiper.BeginLiveness();
        if (timings.WaitForPeersMax > TimeSpan.Zero)
        {
            State = NodeState.WaitingForPeers;
            waitForPeersUntil = Life.Now + timings.WaitForPeersMax;
            WaitForPeers();
        }
    }

    private void WaitForPeers()
    {
        var missing = process.Gossiper.Peers.Values.Any(
            p => !p.Alive && p.Info.Datacenter == process.Node.Datacenter && p.Info.Status is RingStatus.Normal or RingStatus.Leaving);
        if (missing && Life.Now < waitForPeersUntil)
        {
            Life.After(PollEvery, WaitForPeers);
            return;
        }

        Life.After(randomness.Between(timings.OpenCqlMin, timings.OpenCqlMax), Finish);
    }

    private void Finish()
    {
        if (process.Node.Disk.HasJoined)
        {
            Open();
            return;
        }

        State = NodeState.Joining;
        RangeTransfer.Join(cluster, process, timings, Open);
    }

    private void Open()
    {
        State = NodeState.Open;
        process.OpenCql();
    }

    public long NextGeneration()
    {
        var disk = process.Node.Disk;
        disk.LastGeneration = Math.Max(disk.LastGeneration + 1, process.Node.UtcNow.ToUnixTimeSeconds());
        return disk.LastGeneration;
    }
}
