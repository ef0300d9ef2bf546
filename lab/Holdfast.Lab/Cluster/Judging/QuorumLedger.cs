using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Judging;

/// <summary>
/// Which replicas acknowledged each write that its client was told of, and which of them lost it since: a power loss before
/// the log's sync, a reimage. Where the rest no longer meets every quorum of readers, the cluster lost the write, by Cassandra's
/// own rules; where it does, the write must be readable, whatever else happened.
/// </summary>
internal sealed class QuorumLedger
{
    private readonly SortedDictionary<PartitionKey, List<AcknowledgedWrite>> byKey = [];

    /// <summary>
    /// The client was told, or one more replica acknowledged after that: it helps the quorum all the same. Who lost the write
    /// while its answer was on the way does not count.
    /// </summary>
    public void Acknowledge(Mutation mutation, IReadOnlyList<int> replicas, TimeSpan now, Func<int, ReplicaStore> storeOf)
    {
        if (!byKey.TryGetValue(mutation.Key, out var writes))
        {
            byKey[mutation.Key] = writes = [];
        }

        var write = writes.FindLast(w => ReferenceEquals(w.Mutation, mutation));
        if (write is null)
        {
            writes.Add(write = new AcknowledgedWrite(mutation, now, [], []));
        }

        foreach (var replica in replicas)
        {
            write.AcknowledgedBy.Add(replica);
            if (Covers(storeOf(replica), mutation))
            {
                write.Holders.Add(replica);
            }
        }
    }

    /// <summary>A replica lost data: whatever it no longer covers it does not hold.</summary>
    public void Inspect(int node, ReplicaStore store)
    {
        foreach (var write in byKey.Values.SelectMany(w => w))
        {
            if (write.Holders.Contains(node) && !Covers(store, write.Mutation))
            {
                write.Holders.Remove(node);
            }
        }
    }

    /// <summary>The newest acknowledged write of the key that every reader of the level must see, or null.</summary>
    public AcknowledgedWrite? MustBeSeen(PartitionKey key, ConsistencyLevel level, string datacenter, TokenRing ring, Replication replication)
    {
        if (!byKey.TryGetValue(key, out var writes))
        {
            return null;
        }

        var natural = ring.ReplicasOf(key.Token, replication);
        return writes.Where(w => MeetsEveryQuorum(w.Holders, natural, level, datacenter, ring, replication)).MaxBy(w => w.Timestamp);
    }

    /// <summary>Whether every reader of the level still must see the write.</summary>
    public static bool Guarantees(
        AcknowledgedWrite write, ConsistencyLevel level, string datacenter, TokenRing ring, Replication replication) =>
        MeetsEveryQuorum(write.Holders, ring.ReplicasOf(write.Mutation.Token, replication), level, datacenter, ring, replication);

    /// <summary>Keys whose newest write that readers of the level were promised is no longer sure to be met by their quorum.</summary>
    public int LostByTheCluster(ConsistencyLevel level, string datacenter, TokenRing ring, Replication replication) =>
        byKey.Keys.Count(key => IsLost(key, level, datacenter, ring, replication));

    /// <summary>The key's newest write that readers of the level were promised is no longer sure to be met by their quorum.</summary>
    /// <param name="key">The key.</param>
    /// <param name="level">The readers' level.</param>
    /// <param name="datacenter">Where they are.</param>
    /// <param name="ring">The ring.</param>
    /// <param name="replication">The table's replication.</param>
    /// <param name="asOf">Writes acknowledged later do not count, whatever their timestamps: a reader who asked then had not been promised them.</param>
    public bool IsLost(
        PartitionKey key, ConsistencyLevel level, string datacenter, TokenRing ring, Replication replication, TimeSpan? asOf = null)
    {
        if (!byKey.TryGetValue(key, out var writes))
        {
            return false;
        }

        var natural = ring.ReplicasOf(key.Token, replication);
        var promised = writes
            .Where(w => (asOf is null || w.At <= asOf) && MeetsEveryQuorum(w.AcknowledgedBy, natural, level, datacenter, ring, replication))
            .MaxBy(w => w.Timestamp);
        return promised is not null && !MeetsEveryQuorum(promised.Holders, natural, level, datacenter, ring, replication);
    }

    private static bool MeetsEveryQuorum(
        SortedSet<int> holders, int[] natural, ConsistencyLevel level, string datacenter, TokenRing ring, Replication replication)
    {
        if (replication.IsSimple)
        {
            return Meets(natural, ConsistencyRules.BlockFor(level, replication, datacenter));
        }

        if (level == ConsistencyLevel.EachQuorum)
        {
            return replication.Factors.Any(f => Meets(In(f.Datacenter), ConsistencyRules.Quorum(f.Factor)));
        }

        return Meets(level.IsLocal() ? In(datacenter) : natural, ConsistencyRules.BlockFor(level, replication, datacenter));

        // A reader asks `asked` of these; at most (all - holders) of them know nothing.
        bool Meets(IReadOnlyCollection<int> replicas, int asked) =>
            replicas.Count - replicas.Count(holders.Contains) < asked;

        List<int> In(string name) => [.. natural.Where(n => ring.Members.First(m => m.Node == n).Datacenter == name)];
    }

    private static bool Covers(ReplicaStore store, Mutation mutation)
    {
        var held = store.Read(mutation.Table, mutation.Key);
        return held is not null && Reconciler.Merge(held, mutation.Update).Equals(held);
    }
}

/// <summary>A write whose client was told at that moment that it succeeded, and who still holds it.</summary>
internal sealed record AcknowledgedWrite(Mutation Mutation, TimeSpan At, SortedSet<int> AcknowledgedBy, SortedSet<int> Holders)
{
    public long Timestamp { get; } = NewestTimestamp(Mutation.Update);

    public static long NewestTimestamp(PartitionData data)
    {
        var newest = data.Deletion.Timestamp;
        foreach (var row in data.Rows)
        {
            newest = Math.Max(newest, Math.Max(row.Liveness.Timestamp, row.Deletion.Timestamp));
            foreach (ref readonly var cell in row.Cells)
            {
                newest = Math.Max(newest, cell.Timestamp);
            }
        }

        return newest;
    }
}
