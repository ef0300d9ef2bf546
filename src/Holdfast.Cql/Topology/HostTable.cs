using System.Net;
using Holdfast.Cql.Routing;

namespace Holdfast.Cql.Topology;

/// <summary>
/// The hosts of the cluster by host id, as those who may be believed describe them. Anybody may add a host, since whether it
/// serves is for probes to find out; a host is forgotten only when two different quorum-proven nodes do not know it: a
/// reimaged node's own peers table is empty and must not empty ours. Nor does one that has not proved itself change what is known of
/// others while some have: its peers table may be old.
/// </summary>
/// <remarks>Pure and not thread-safe. Lives in this folder: who is in the cluster, and who says so.</remarks>
internal sealed class HostTable
{
    private readonly SortedDictionary<HostId, HostInfo> _hosts = [];
    private readonly Dictionary<HostId, HostId> _missedBy = [];
    private readonly Dictionary<HostId, (IPEndPoint At, TimeSpan Until)> _displaced = [];
    private bool _isDoubted;

    public IReadOnlyCollection<HostInfo> Hosts => _hosts.Values;

    /// <summary>The keyspace's replication, once a node has told it.</summary>
    public Replication? Replication { get; private set; }

    /// <summary>How long first-hand knowledge that a host is not at an address outweighs what other nodes say.</summary>
    public static readonly TimeSpan DisplacedFor = TimeSpan.FromSeconds(60);

    /// <summary>
    /// True while some host is missing in one proven node's view, or one that has not proved itself describes another host than is known:
    /// another, proven one should be asked.
    /// </summary>
    public bool NeedsSecondOpinion => _missedBy.Count > 0 || _isDoubted;

    public HostInfo? Find(HostId id) => _hosts.GetValueOrDefault(id);

    /// <summary>Takes in what one node says; true when that changed anything.</summary>
    /// <param name="view">What it says.</param>
    /// <param name="proven">Whether it has proved a quorum: only then does what it leaves out count.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="othersProven">Whether some node has: then one that has not may add hosts and describe itself, and changes nothing else.</param>
    public bool Apply(TopologyView view, bool proven, TimeSpan now, bool othersProven = false)
    {
        bool isDoubtful = !proven && othersProven;
        _isDoubted &= isDoubtful;
        foreach (HostId id in _displaced.Where(pair => now >= pair.Value.Until).Select(pair => pair.Key).ToList())
        {
            _displaced.Remove(id);
        }

        bool changed = false;
        HashSet<HostId> named = [];
        foreach (HostInfo host in view.Hosts)
        {
            named.Add(host.Id);
            _missedBy.Remove(host.Id);
            if (_displaced.TryGetValue(host.Id, out (IPEndPoint At, TimeSpan Until) displaced) && displaced.At.Equals(host.EndPoint))
            {
                continue;
            }

            if (isDoubtful && host.Id != view.Self.Id && _hosts.TryGetValue(host.Id, out HostInfo? known))
            {
                _isDoubted |= !known.SameAs(host);
                continue;
            }

            changed |= Set(host);
        }

        // What a node says of itself is beyond doubt: who was at its address before is gone from there.
        changed |= Displace(view.Self);
        if (proven)
        {
            changed |= Miss(view.Self.Id, named);
        }

        if (view.Replication is { } replication && !Same(replication, Replication))
        {
            if (isDoubtful && Replication is not null)
            {
                _isDoubted = true;
            }
            else
            {
                Replication = replication;
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>
    /// A connection found another host at the address of this one: it is not there, whatever the peers of others still say for a while.
    /// </summary>
    public bool Displaced(HostId id, TimeSpan now)
    {
        if (_hosts.TryGetValue(id, out HostInfo? host))
        {
            _displaced[id] = (host.EndPoint, now + DisplacedFor);
        }

        return Forget(id);
    }

    /// <summary>For a test alone, which shows what then happens: whoever one node does not know is gone.</summary>
    public void ForgetAllBut(TopologyView view)
    {
        HashSet<HostId> named = [.. view.Hosts.Select(host => host.Id)];
        foreach (HostId id in _hosts.Keys.Where(id => !named.Contains(id)).ToList())
        {
            Forget(id);
        }
    }

    private bool Forget(HostId id)
    {
        _missedBy.Remove(id);
        return _hosts.Remove(id);
    }

    private bool Set(HostInfo host)
    {
        if (_hosts.TryGetValue(host.Id, out HostInfo? known) && known.SameAs(host))
        {
            return false;
        }

        _hosts[host.Id] = host;
        return true;
    }

    private bool Displace(HostInfo self)
    {
        HostId? former = null;
        foreach (HostInfo host in _hosts.Values)
        {
            if (host.Id != self.Id && host.EndPoint.Equals(self.EndPoint))
            {
                former = host.Id;
            }
        }

        return former is { } id && Forget(id);
    }

    private bool Miss(HostId by, HashSet<HostId> named)
    {
        bool changed = false;
        foreach (HostId id in _hosts.Keys.Where(id => !named.Contains(id)).ToList())
        {
            if (!_missedBy.TryGetValue(id, out HostId first))
            {
                _missedBy.Add(id, by);
            }
            else if (first != by)
            {
                changed |= Forget(id);
            }
        }

        return changed;
    }

    private static bool Same(Replication a, Replication? b) =>
        b is not null && a.SimpleFactor == b.SimpleFactor && a.FactorByDataCenter.Count == b.FactorByDataCenter.Count
        && a.FactorByDataCenter.All(pair => b.FactorByDataCenter.TryGetValue(pair.Key, out int factor) && factor == pair.Value);
}
