using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster.Internode;

/// <summary>
/// The network between the nodes: every message takes time, may be lost, and each direction of each pair fails on its own.
/// A direction that is cut when a message arrives loses it too: what was in flight dies with the link.
/// </summary>
internal sealed class InternodeNetwork(Scheduler scheduler, LatencyModel latency)
{
    private readonly Dictionary<(int From, int To), Link> links = [];
    private readonly List<IInternodePeer> peers = [];
    private readonly Randomness randomness = scheduler.Randomness.Fork("internode");

    public long Sent { get; private set; }

    public long Lost { get; private set; }

    public void Attach(IInternodePeer peer)
    {
        if (peer.Index != peers.Count)
        {
            throw new ArgumentException("nodes are attached in the order of their indexes", nameof(peer));
        }

        peers.Add(peer);
    }

    public Link LinkOf(int from, int to)
    {
        if (!links.TryGetValue((from, to), out var link))
        {
            links[(from, to)] = link = new Link();
        }

        return link;
    }

    /// <summary>Those that something is wrong with, in no order that could matter.</summary>
    public IEnumerable<(int From, int To, Link Link)> LinksWithRules =>
        links.Where(l => l.Value.Rules.Count > 0).Select(l => (l.Key.From, l.Key.To, l.Value));

    public void Send(int from, int to, InternodeMessage message)
    {
        Sent++;
        if (from == to)
        {
            scheduler.Post(() => peers[to].Receive(from, message));
            return;
        }

        var link = LinkOf(from, to);
        var delay = latency.Draw(peers[from].Datacenter == peers[to].Datacenter, randomness) + link.ExtraLatency;
        if (Connect(link, from, to))
        {
            delay += randomness.Between(latency.ConnectMin, latency.ConnectMax);
        }

        if (randomness.Chance(link.LossOf(message.Verb)))
        {
            Lost++;
            return;
        }

        scheduler.After(delay, () => Arrive(from, to, link, message));
    }

    private void Arrive(int from, int to, Link link, InternodeMessage message)
    {
        if (link.LossOf(message.Verb) >= 1)
        {
            Lost++;
            return;
        }

        peers[to].Receive(from, message);
    }

    /// <summary>True when the pair has not talked in this direction since one of them started.</summary>
    private bool Connect(Link link, int from, int to)
    {
        var incarnations = (peers[from].Incarnation, peers[to].Incarnation);
        if (link.ConnectedBetween == incarnations)
        {
            return false;
        }

        link.ConnectedBetween = incarnations;
        return true;
    }
}

/// <summary>What the network needs to know of a node.</summary>
internal interface IInternodePeer
{
    int Index { get; }

    string Datacenter { get; }

    /// <summary>Counts the starts of its process: connections do not outlive one.</summary>
    int Incarnation { get; }

    void Receive(int from, InternodeMessage message);
}
