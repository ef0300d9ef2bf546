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
            [new("by", ParameterKind.Text, "2s", "ahead; behind with a minus, as in -500ms")], ClockSkew),
        new("compact", "nodetool compact: forgets deletes and expired values older than their table's gc_grace_seconds", [], Compact),
        new("range-down", "kills every replica of the first node's first token range, in each data centre named; healing starts them",
            [new("replicas", ParameterKind.Text, "3", "how many a data centre")], RangeDown),
    ];

    private static Action DiskFull(FaultTarget target)
    {
        var disks = target.Nodes.Select(n => n.Disk).ToList();
        disks.ForEach(d => d.Store.IsDiskFull = true);
        return () => disks.ForEach(d => d.Store.IsDiskFull = false);
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
        var text = target.Arguments.Text("by");
        var behind = text.StartsWith('-');
        if (!Durations.TryParse(behind ? text[1..] : text, out var by))
        {
            throw new FaultRequestException($"clock-skew: by={text} is not a duration such as 2s or -500ms");
        }

        by = behind ? -by : by;
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
        if (!int.TryParse(target.Arguments.Text("replicas"), out var count) || count < 1)
        {
            throw new FaultRequestException("range-down: replicas is not a number above zero");
        }

        var first = target.Nodes[0];
        var replication = Replication.Network(
            target.Nodes.Select(n => n.Datacenter).Distinct(StringComparer.Ordinal).Select(d => new KeyValuePair<string, int>(d, count)));
        var killed = target.Cluster.JoinedRing().ReplicasOf(first.Disk.Tokens[0], replication).Select(n => target.Cluster.Nodes[n]).ToList();
        killed.ForEach(n => n.End(Ending.Killed));
        return () => killed.ForEach(n => ProcessFaults.Start(n, skipWaits: false));
    }
}
