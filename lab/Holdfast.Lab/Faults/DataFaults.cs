using System.Globalization;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Topology;

namespace Holdfast.Lab.Faults;

/// <summary>A node's disk and clock, and all replicas of one range at once.</summary>
internal static class DataFaults
{
    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("disk-full", "writes fail, reads serve", [], DiskFull),
        new("clock-skew", "the node's clock is off",
            [new("by", ParameterKind.SignedDuration, "2s", "ahead; behind with a minus, as in -500ms")], ClockSkew),
        new("compact", "nodetool compact: forgets deletes and expired values older than their table's gc_grace_seconds", [], Compact),
        new("range-down", "kills every replica of the first node's first token range, in each data centre named; healing starts them",
            [
                new("keyspace", ParameterKind.Text, "", "whose replicas; the only one that clients made unless given"),
                new("replicas", ParameterKind.Count, "", "how many a data centre, whatever a keyspace has"),
            ],
            RangeDown),
    ];

    private static Action DiskFull(FaultTarget target)
    {
        var disks = target.Nodes.Select(n => n.Disk).ToList();
        disks.ForEach(d => d.Store.Fill());
        return () => disks.ForEach(d => d.Store.Free());
    }

    private static Action Compact(FaultTarget target) => ProcessFaults.Each(target, node =>
    {
        foreach (var table in node.Disk.Schema.State.Keyspaces.SelectMany(k => k.Tables.Values))
        {
            node.Disk.Store.Purge(table.Id, node.UtcNow.ToUnixTimeSeconds(), table.Parameters.GcGraceSeconds);
        }
    });

    private static Action ClockSkew(FaultTarget target)
    {
        var by = target.Arguments.SignedDuration("by");
        foreach (var node in target.Nodes)
        {
            node.ClockSkew += by;
        }

        return () =>
        {
            foreach (var node in target.Nodes)
            {
                node.ClockSkew -= by;
            }
        };
    }

    private static Action RangeDown(FaultTarget target)
    {
        var first = target.Nodes[0];
        var named = target.Nodes.Select(n => n.Datacenter).ToHashSet(StringComparer.Ordinal);
        var killed = target.Cluster.JoinedRing().ReplicasOf(first.Disk.Tokens[0], ReplicationFor(target, named))
            .Select(n => target.Cluster.Nodes[n]).Where(n => named.Contains(n.Datacenter)).ToList();
        var outages = killed.ConvertAll(n => (Node: n, Outage: n.HoldDown(Ending.Killed)));
        return () => outages.ForEach(o => o.Node.LetGo(o.Outage, new StartOptions()));
    }

    private static Replication ReplicationFor(FaultTarget target, IEnumerable<string> datacenters)
    {
        const int usual = 3;
        var cluster = target.Cluster;
        var (keyspace, replicas) = (target.Arguments.Text("keyspace"), target.Arguments.Text("replicas"));
        if (keyspace.Length > 0)
        {
            return cluster.FindReplication(keyspace) ?? throw new FaultRequestException($"range-down: there is no keyspace {keyspace}");
        }

        var made = replicas.Length > 0 ? [] : cluster.ClientKeyspaces();
        if (made.Count > 1)
        {
            throw new FaultRequestException($"range-down: of which keyspace? There are {string.Join(", ", made)}");
        }

        return made.Count == 1
            ? cluster.FindReplication(made[0])!
            : Replication.Network(datacenters.Order(StringComparer.Ordinal).Select(
                d => KeyValuePair.Create(d, replicas.Length > 0 ? int.Parse(replicas, CultureInfo.InvariantCulture) : usual)));
    }
}
