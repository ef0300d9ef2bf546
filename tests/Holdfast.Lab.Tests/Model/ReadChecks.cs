using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Storage;
using Holdfast.Lab.Tests.Cluster;

namespace Holdfast.Lab.Tests.Model;

/// <summary>
/// What a read must give: nothing older than what was acknowledged before it began, nothing that nobody wrote, and nothing older than
/// what another reader of its data centre was given.
/// </summary>
internal sealed class ReadChecks(
    Scheduler scheduler, QuorumLedger ledger, TokenRing ring, Replication replication, ForgottenDeletes forgotten, Action<string> violate)
{
    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(10);

    private readonly SortedDictionary<long, Cell> issued = [];
    private readonly SortedDictionary<(string Key, string Datacenter), long> seen = [];

    /// <summary>How many faults that lose data there have been.</summary>
    public int Losses { get; private set; }

    /// <summary>Reads whose newest value had expired: nothing older came back in its place.</summary>
    public int Expired { get; private set; }

    /// <summary>Reads that found nothing any more of what was deleted or had expired: it was compacted away.</summary>
    public int Forgotten { get; private set; }

    /// <summary>Reads of an older value after a delete that Cassandra's rules let be forgotten.</summary>
    public int CameBack { get; private set; }

    public void Issued(Cell cell) => issued[cell.Timestamp] = cell;

    public void Applied(string fault)
    {
        forgotten.Inspect();
        Losses += fault is "power-loss" or "reboot-hard" or "rejoin-blind" or "reimage" ? 1 : 0;
        if (Losses > 0)
        {
            seen.Clear(); // what a reader saw may be gone with a disk
        }
    }

    /// <summary>A read begins; what is returned is told what it gave.</summary>
    public Action<PartitionData> Begin(Node node, string key, ConsistencyLevel level)
    {
        var must = ledger.MustBeSeen(TestCluster.Key(key), level, node.Datacenter, ring, replication);
        var before = seen.GetValueOrDefault((key, node.Datacenter), long.MinValue);
        var lossesBefore = Losses;
        return data =>
        {
            CheckRead($"read of {key} through {node.Name} at {level.CqlName()}", key, data, must, level, node.Datacenter);
            if (level == ConsistencyLevel.LocalQuorum && Losses == lossesBefore)
            {
                CheckMonotonic(node, key, data, before);
            }
        };
    }

    private void CheckRead(string what, string key, PartitionData data, AcknowledgedWrite? must, ConsistencyLevel level, string datacenter)
    {
        var newest = AcknowledgedWrite.NewestTimestamp(data);
        if (must is not null && newest < must.Timestamp && QuorumLedger.Guarantees(must, level, datacenter, ring, replication)
            && !IsForgotten(key, must.Timestamp, data))
        {
            violate($"{what} gave {newest}, older than the acknowledged {must.Timestamp} on {string.Join(',', must.Holders)}");
        }

        if (data.Rows.Length == 1 && data.Rows[0].TryGetCell(0, out var cell))
        {
            if (!issued.TryGetValue(cell.Timestamp, out var written) || (written != cell && !IsRestOf(written, cell)))
            {
                violate($"{what} gave what nobody wrote, or with another time to live");
            }

            Expired += cell.IsExpiring && !cell.IsLive(scheduler.UtcNow.ToUnixTimeSeconds()) ? 1 : 0;
        }
    }

    /// <summary>Nothing where it was compacted away; an older value only where some replica did not know of the delete.</summary>
    private bool IsForgotten(string key, long timestamp, PartitionData data)
    {
        if (!forgotten.Covers(key, timestamp))
        {
            return false;
        }

        var isThere = data.Rows.Length == 1 && data.Rows[0].TryGetCell(0, out var cell) && cell.IsLive(scheduler.UtcNow.ToUnixTimeSeconds());
        Forgotten += isThere ? 0 : 1;
        CameBack += isThere && forgotten.MayComeBack(key, timestamp) ? 1 : 0;
        return !isThere || forgotten.MayComeBack(key, timestamp);
    }

    /// <summary>A compaction leaves the mark of a value that has expired, by a clock that may be off, and none of its bytes.</summary>
    private bool IsRestOf(Cell written, Cell cell) =>
        written.IsExpiring && cell.IsTombstone && !written.IsLive((scheduler.UtcNow + MostSkew).ToUnixTimeSeconds());

    /// <summary>Blocking read repair: a quorum reader never goes back behind what an earlier one of its data centre saw.</summary>
    private void CheckMonotonic(Node node, string key, PartitionData data, long before)
    {
        var newest = AcknowledgedWrite.NewestTimestamp(data);
        if (newest < before && !IsForgotten(key, before, data))
        {
            violate($"a read of {key} through {node.Name} gave {newest} after another had given {before}");
        }

        var place = (key, node.Datacenter);
        seen[place] = Math.Max(newest, seen.GetValueOrDefault(place, long.MinValue));
    }
}
