namespace Holdfast.Lab.Cluster.Membership;

/// <summary>The bookkeeping of gossip's three messages: who knows what better. Pure over the views it is given.</summary>
internal sealed class GossipExchange(SortedDictionary<int, PeerView> peers)
{
    public IReadOnlyList<GossipDigest> Digests(EndpointState self)
    {
        var digests = new List<GossipDigest>(peers.Count + 1) { new(self.Node, self.Generation, self.Version) };
        foreach (var (node, peer) in peers)
        {
            digests.Add(new GossipDigest(node, peer.State.Generation, peer.State.Version));
        }

        return digests;
    }

    /// <summary>What a shadow round gets: all there is, nothing asked for.</summary>
    public GossipAck Everything(EndpointState self)
    {
        var states = new List<EndpointState> { self };
        foreach (var peer in peers.Values)
        {
            if (peer.State.Generation > 0)
            {
                states.Add(peer.State);
            }
        }

        return new GossipAck([], states);
    }

    public GossipAck Answer(EndpointState self, GossipSyn syn)
    {
        var wanted = new List<GossipDigest>();
        var better = new List<EndpointState>();
        foreach (var digest in syn.Digests)
        {
            if (Known(self, digest.Node) is not { } known)
            {
                wanted.Add(new GossipDigest(digest.Node, digest.Generation, 0));
                continue;
            }

            var order = (known.Generation, known.Version).CompareTo((digest.Generation, digest.Version));
            if (order > 0)
            {
                better.Add(known);
            }
            else if (order < 0 && digest.Node != self.Node)
            {
                wanted.Add(new GossipDigest(digest.Node, known.Generation, known.Version));
            }
        }

        return new GossipAck(wanted, better);
    }

    public IReadOnlyList<EndpointState> Select(EndpointState self, IReadOnlyList<GossipDigest> wanted)
    {
        var states = new List<EndpointState>(wanted.Count);
        foreach (var digest in wanted)
        {
            if (Known(self, digest.Node) is { } known)
            {
                states.Add(known);
            }
        }

        return states;
    }

    private EndpointState? Known(EndpointState self, int node) =>
        node == self.Node ? self : peers.TryGetValue(node, out var peer) ? peer.State : null;
}
