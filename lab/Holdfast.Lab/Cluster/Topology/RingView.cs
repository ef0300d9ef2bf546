using Holdfast.Lab.Cluster.Membership;

namespace Holdfast.Lab.Cluster.Topology;

/// <summary>The rings as one process believes them, rebuilt when its gossip changes.</summary>
internal sealed class RingView(Gossiper gossiper)
{
    private Rings? rings;

    public Rings Rings => rings ??= Build();

    public TokenRing Current => Rings.Current;

    public void Changed() => rings = null;

    private Rings Build()
    {
        var isMoving = Infos().Any(i => i.Info.Status is RingStatus.Joining or RingStatus.Leaving);
        return new Rings(
            Build(s => s is RingStatus.Normal or RingStatus.Leaving),
            isMoving ? Build(s => s is RingStatus.Normal or RingStatus.Joining) : null);
    }

    private TokenRing Build(Func<RingStatus, bool> takes) => new(
        Infos().Where(i => takes(i.Info.Status))
            .Select(i => new RingMember(i.Node, i.Info.Datacenter, i.Info.Rack, i.Info.Tokens)));

    private IEnumerable<(int Node, EndpointInfo Info)> Infos() =>
        gossiper.Peers.Select(p => (p.Key, p.Value.Info)).Prepend((gossiper.Self.Node, gossiper.Self.Info));
}

/// <summary>
/// The ring that is and, while nodes join or leave, the one to be: writes then also go to the replicas to be (pending), so that
/// none is missed at the switch. Immutable.
/// </summary>
internal readonly record struct Rings(TokenRing Current, TokenRing? Future)
{
    public WritePlan PlanWrite(long token, Replication replication)
    {
        var natural = Current.ReplicasOf(token, replication);
        return new WritePlan(natural, Future is null ? [] : [.. Future.ReplicasOf(token, replication).Except(natural)]);
    }
}

/// <summary>Where a write goes.</summary>
internal readonly record struct WritePlan(int[] Natural, int[] Pending)
{
    public IEnumerable<int> All => Pending.Length == 0 ? Natural : Natural.Concat(Pending);
}
