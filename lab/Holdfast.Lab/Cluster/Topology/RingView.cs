using Holdfast.Lab.Cluster.Membership;

namespace Holdfast.Lab.Cluster.Topology;

/// <summary>
/// The ring as one process believes it, rebuilt when its gossip changes. While nodes join or leave, writes also go to the
/// replicas to be (pending), so that none is missed at the switch.
/// </summary>
internal sealed class RingView(Gossiper gossiper)
{
    private TokenRing? current;
    private TokenRing? future;

    public TokenRing Current => current ??= Build(s => s is RingStatus.Normal or RingStatus.Leaving);

    /// <summary>The ring that is and, while nodes come or go, the one to be.</summary>
    public IEnumerable<TokenRing> All => IsMoving ? [Current, Future] : [Current];

    private TokenRing Future => future ??= Build(s => s is RingStatus.Normal or RingStatus.Joining);

    private bool IsMoving { get; set; }

    public void Changed()
    {
        current = null;
        future = null;
        IsMoving = Infos().Any(i => i.Info.Status is RingStatus.Joining or RingStatus.Leaving);
    }

    public WritePlan PlanWrite(long token, Replication replication)
    {
        var natural = Current.ReplicasOf(token, replication);
        if (!IsMoving)
        {
            return new WritePlan(natural, []);
        }

        var pending = Future.ReplicasOf(token, replication).Except(natural).ToArray();
        return new WritePlan(natural, pending);
    }

    private TokenRing Build(Func<RingStatus, bool> takes) => new(
        Infos().Where(i => takes(i.Info.Status))
            .Select(i => new RingMember(i.Node, i.Info.Datacenter, i.Info.Rack, i.Info.Tokens)));

    private IEnumerable<(int Node, EndpointInfo Info)> Infos() =>
        gossiper.Peers.Select(p => (p.Key, p.Value.Info)).Prepend((gossiper.Self.Node, gossiper.Self.Info));
}

/// <summary>Where a write goes.</summary>
internal readonly record struct WritePlan(int[] Natural, int[] Pending)
{
    public IEnumerable<int> All => Pending.Length == 0 ? Natural : Natural.Concat(Pending);
}
