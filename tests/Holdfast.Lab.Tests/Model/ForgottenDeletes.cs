using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Storage;
using Holdfast.Lab.Tests.Cluster;

namespace Holdfast.Lab.Tests.Model;

/// <summary>
/// What compactions forgot, and where Cassandra's rules let an older value come back: some replica never had the delete (or the value
/// that expired), or lost it, when another had already forgotten it.
/// </summary>
internal sealed class ForgottenDeletes(
    LabCluster cluster, TokenRing ring, Replication replication, TableMetadata table, IReadOnlyList<string> keys, Action<string> violate)
{
    private const long MostSkewSeconds = 10;

    private readonly SortedDictionary<string, long> forgotten = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> mayComeBack = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Key, int Node), long> forgottenBy = [];

    /// <summary>Whether something of the key with this timestamp, or a newer one, was forgotten anywhere: who finds nothing is right.</summary>
    public bool Covers(string key, long timestamp) => forgotten.GetValueOrDefault(key, long.MinValue) >= timestamp;

    public bool MayComeBack(string key, long timestamp) => mayComeBack.GetValueOrDefault(key, long.MinValue) >= timestamp;

    /// <summary>Runs what compacts, and sees what it forgot.</summary>
    public void Watch(Action compacts)
    {
        var before = cluster.Nodes
            .SelectMany(node => keys.Select(key => (Key: key, Node: node, Newest: NewestOf(node, key), DeletedAt: DeletedAt(node, key)))).ToList();
        compacts();
        foreach (var (key, node, newest, deletedAt) in before.Where(b => NewestOf(b.Node, b.Key) < b.Newest))
        {
            if (deletedAt > cluster.Scheduler.UtcNow.ToUnixTimeSeconds() - table.Parameters.GcGraceSeconds + MostSkewSeconds)
            {
                violate($"{node.Name} forgot what was there of {key} before its grace was over");
            }

            forgottenBy[(key, node.Index)] = newest;
            forgotten[key] = Math.Max(newest, forgotten.GetValueOrDefault(key, long.MinValue));
        }

        Inspect();
    }

    /// <summary>After whatever may have taken data from a replica.</summary>
    public void Inspect()
    {
        foreach (var (key, timestamp) in forgotten)
        {
            if (ring.ReplicasOf(TestCluster.Key(key).Token, replication).Any(n => !Knew(n, key, timestamp)))
            {
                mayComeBack[key] = Math.Max(timestamp, mayComeBack.GetValueOrDefault(key, long.MinValue));
            }
        }
    }

    private bool Knew(int node, string key, long timestamp) =>
        NewestOf(cluster.Nodes[node], key) >= timestamp || forgottenBy.GetValueOrDefault((key, node), long.MinValue) >= timestamp;

    private long NewestOf(Node node, string key) =>
        Read(node, key) is { } data ? AcknowledgedWrite.NewestTimestamp(data) : long.MinValue;

    /// <summary>When the value was deleted, or written where it expires by itself; in seconds, and never for one that does not.</summary>
    private long DeletedAt(Node node, string key) =>
        Read(node, key) is { Rows: [var row] } && row.TryGetCell(0, out var cell) ? cell.LocalDeletionTime - cell.TimeToLive : Cell.NeverDeleted;

    private PartitionData? Read(Node node, string key) => node.Disk.Store.Read(table.Id, TestCluster.Key(key));
}
