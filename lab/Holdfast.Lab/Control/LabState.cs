using Holdfast.Lab.Cluster;
using Holdfast.Lab.Faults;

namespace Holdfast.Lab.Control;

/// <summary>This folder: the lab seen and steered from outside. One moment of the whole cluster, taken on the loop thread.</summary>
internal sealed record LabState(string Cluster, ulong Seed, double SinceStartSeconds, IReadOnlyList<NodeReport> Nodes, IReadOnlyList<FaultReport> Faults)
{
    public static LabState Take(LabCluster cluster, FaultBoard faults) => new(
        cluster.Options.Name,
        cluster.Scheduler.Seed,
        (cluster.Scheduler.Now - cluster.ReadyAt).TotalSeconds,
        [.. cluster.Nodes.Select(n => NodeReport.Of(cluster, n))],
        [.. faults.Active.Select(f => FaultReport.Of(cluster, f))]);
}

/// <param name="Name">As faults name it.</param>
/// <param name="Address">Where its clients reach it.</param>
/// <param name="Datacenter">Its data centre.</param>
/// <param name="Rack">Its rack.</param>
/// <param name="HostId">New after a reimage.</param>
/// <param name="State">Of its process.</param>
/// <param name="IsOpen">Whether CQL is open.</param>
/// <param name="SeesUp">The peers that it believes alive.</param>
/// <param name="SeenUpBy">The peers that believe it alive.</param>
/// <param name="Requests">Since its process started.</param>
/// <param name="Errors">Of those, answered with an error.</param>
/// <param name="InFlight">Requests under way.</param>
/// <param name="Connections">Clients.</param>
/// <param name="Hints">Kept for others.</param>
/// <param name="ClockSkewMs">Ahead of true time.</param>
internal sealed record NodeReport(
    string Name,
    string Address,
    string Datacenter,
    string Rack,
    Guid HostId,
    NodeState State,
    bool IsOpen,
    IReadOnlyList<string> SeesUp,
    IReadOnlyList<string> SeenUpBy,
    long Requests,
    long Errors,
    int InFlight,
    int Connections,
    int Hints,
    double ClockSkewMs)
{
    public static NodeReport Of(LabCluster cluster, Node node) => new(
        node.Name,
        node.Address.ToString(),
        node.Datacenter,
        node.Rack,
        node.Disk.HostId,
        node.State,
        node.Process?.IsOpen ?? false,
        [.. cluster.Nodes.Where(p => p != node && Sees(node, p)).Select(p => p.Name)],
        [.. cluster.Nodes.Where(p => p != node && Sees(p, node)).Select(p => p.Name)],
        node.Process?.Gate.Requests ?? 0,
        node.Process?.Gate.Errors ?? 0,
        node.Process?.Gate.InFlight ?? 0,
        node.Process?.Clients.Connections ?? 0,
        node.Disk.Hints.Count,
        node.ClockSkew.TotalMilliseconds);

    private static bool Sees(Node observer, Node peer) => observer.Process?.Gossiper.IsAlive(peer.Index) ?? false;
}

internal sealed record FaultReport(int Id, string Kind, IReadOnlyList<string> Nodes, IReadOnlyDictionary<string, string> Arguments, double SinceSeconds)
{
    public static FaultReport Of(LabCluster cluster, ActiveFault fault) => new(
        fault.Id, fault.Request.Kind, [.. fault.Nodes.Select(n => n.Name)], fault.Request.Arguments,
        (fault.Since - cluster.ReadyAt).TotalSeconds);
}
