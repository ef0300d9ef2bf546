using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Membership;
using Holdfast.Lab.Cql.SystemTables;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster;

/// <summary>What outlives a node's process: identity, data, hints, and the ring as it was last known. A reimage makes a new one.</summary>
internal sealed class NodeDisk(Guid hostId, IReadOnlyList<long> tokens)
{
    private const int TracesMax = 1_000;

    private static readonly SortedDictionary<Guid, int> Bounded = new(
        SystemTableDefinitions.In(SystemKeyspaces.Traces).ToDictionary(table => table.Id, _ => TracesMax));

    private readonly SortedDictionary<int, EndpointState> savedPeers = [];

    public Guid HostId => hostId;

    public IReadOnlyList<long> Tokens => tokens;

    public ReplicaStore Store { get; } = new(CommitLogSync.Periodic) { Newest = Bounded };

    public VersionedSchema Schema { get; set; } = VersionedSchema.Initial;

    public HintLog Hints { get; } = new();

    public IEnumerable<EndpointState> SavedPeers => savedPeers.Values;

    /// <summary>Gossip's generation of the last start; the next one is higher, whatever the clock says.</summary>
    public long LastGeneration { get; set; }

    /// <summary>Set once the node has been part of the ring: the next start does not stream.</summary>
    public bool HasJoined { get; set; }

    /// <summary>The same place in the ring under a new identity, and nothing else: no data, no hints, no known peers.</summary>
    public NodeDisk Reimaged(LabCluster cluster) =>
        new(cluster.NewHostId(), tokens) { HasJoined = true, LastGeneration = LastGeneration };

    public void SavePeer(EndpointState state) => savedPeers[state.Node] = state;

    public void ForgetPeer(int node) => savedPeers.Remove(node);
}
