namespace Holdfast.Cql.Routing;

/// <summary>
/// The walk around the ring that picks the replicas of a token, as Cassandra's SimpleStrategy and NetworkTopologyStrategy
/// walk it: per data centre, the first hosts of distinct racks; hosts of a rack already taken only once every rack has one.
/// </summary>
internal sealed class ReplicaPlacement
{
    private readonly Replication _replication;
    private readonly Dictionary<string, int> _racks;
    private readonly Dictionary<string, int> _hosts;

    public ReplicaPlacement(IEnumerable<RingMember> members, Replication replication)
    {
        _replication = replication;
        List<RingMember> all = [.. members];
        _racks = all.GroupBy(m => m.DataCenter).ToDictionary(g => g.Key, g => g.Select(m => m.Rack).Distinct().Count());
        _hosts = all.GroupBy(m => m.DataCenter).ToDictionary(g => g.Key, g => g.Count());
    }

    public HostId[] Replicas((long Token, RingMember Owner)[] ring, int start) =>
        _replication.SimpleFactor > 0 ? Simple(ring, start) : NetworkTopology(ring, start);

    private HostId[] Simple((long Token, RingMember Owner)[] ring, int start)
    {
        List<HostId> replicas = [];
        for (int i = 0; i < ring.Length && replicas.Count < _replication.SimpleFactor; i++)
        {
            HostId host = ring[(start + i) % ring.Length].Owner.Id;
            if (!replicas.Contains(host))
            {
                replicas.Add(host);
            }
        }

        return [.. replicas];
    }

    private HostId[] NetworkTopology((long Token, RingMember Owner)[] ring, int start)
    {
        Dictionary<string, DataCenterWalk> walks = new(StringComparer.Ordinal);
        int missing = 0;
        foreach ((string dataCenter, int factor) in _replication.FactorByDataCenter)
        {
            int wanted = Math.Min(factor, _hosts.GetValueOrDefault(dataCenter));
            walks[dataCenter] = new DataCenterWalk(wanted, _racks.GetValueOrDefault(dataCenter), factor);
            missing += wanted;
        }

        List<HostId> replicas = [];
        for (int i = 0; i < ring.Length && replicas.Count < missing; i++)
        {
            RingMember owner = ring[(start + i) % ring.Length].Owner;
            if (walks.TryGetValue(owner.DataCenter, out DataCenterWalk? walk) && !replicas.Contains(owner.Id))
            {
                walk.Visit(owner, replicas);
            }
        }

        return [.. replicas];
    }

    /// <summary>One data centre's part of the walk.</summary>
    private sealed class DataCenterWalk(int wanted, int racks, int factor)
    {
        private readonly HashSet<string> _racksTaken = new(StringComparer.Ordinal);
        private int _taken;

        // Hosts of one rack may hold several replicas only where there are fewer racks than replicas.
        private int _repeatsLeft = factor - racks;

        public void Visit(RingMember owner, List<HostId> replicas)
        {
            if (_taken >= wanted)
            {
                return;
            }

            if (_racksTaken.Add(owner.Rack))
            {
                Take(owner.Id, replicas);
            }
            else if (_repeatsLeft > 0)
            {
                _repeatsLeft--;
                Take(owner.Id, replicas);
            }
        }

        private void Take(HostId id, List<HostId> replicas)
        {
            _taken++;
            replicas.Add(id);
        }
    }
}
