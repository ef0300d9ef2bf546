using Holdfast.Lab.Cluster.Membership;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>What a node tells its registered clients of its own view of the cluster.</summary>
internal abstract record ClientEvent;

internal sealed record StatusEvent(int Node, bool IsUp) : ClientEvent;

internal enum TopologyChange
{
    NewNode,
    RemovedNode,
}

internal sealed record TopologyEvent(int Node, TopologyChange Change) : ClientEvent;

/// <param name="Change">CREATED, UPDATED or DROPPED.</param>
/// <param name="Keyspace">Which keyspace.</param>
/// <param name="Table">Which table, or null for the keyspace itself.</param>
internal sealed record SchemaEvent(string Change, string Keyspace, string? Table) : ClientEvent;

/// <summary>
/// Turns one process's membership view into events, by Cassandra's rules: UP is told when the peer is alive *and* has said that
/// its CQL is open, DOWN at once, and neither twice in a row. It is this node's opinion; the incident's UP came from here.
/// </summary>
internal sealed class ClientEvents(NodeProcess process)
{
    private readonly SortedDictionary<int, bool> lastTold = [];

    public event Action<ClientEvent>? Raised;

    public void SchemaChanged(SchemaEvent change) => Raised?.Invoke(change);

    public void PeerUp(int node) => TellUp(node);

    public void PeerDown(int node) => Tell(node, isUp: false);

    public void PeerChanged(int node, EndpointInfo? before, EndpointInfo after)
    {
        var wasMember = before?.Status is RingStatus.Normal or RingStatus.Leaving;
        if (!wasMember && after.Status == RingStatus.Normal)
        {
            Raised?.Invoke(new TopologyEvent(node, TopologyChange.NewNode));
        }
        else if (wasMember && after.Status == RingStatus.Left)
        {
            Raised?.Invoke(new TopologyEvent(node, TopologyChange.RemovedNode));
        }

        if (before is { RpcReady: true } && !after.RpcReady)
        {
            Tell(node, isUp: false);
        }
        else if (after.RpcReady)
        {
            TellUp(node);
        }
    }

    private void TellUp(int node)
    {
        if (process.Gossiper.IsAlive(node) && process.Gossiper.Peers[node].Info.RpcReady)
        {
            Tell(node, isUp: true);
        }
    }

    private void Tell(int node, bool isUp)
    {
        if (lastTold.TryGetValue(node, out var last) && last == isUp)
        {
            return;
        }

        lastTold[node] = isUp;
        Raised?.Invoke(new StatusEvent(node, isUp));
    }
}
