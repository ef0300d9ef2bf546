using Holdfast.Lab.Cluster.Membership;
using Holdfast.Lab.Cql.SystemTables;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>system.local and system.peers: this node's own view, so that a blind or a reimaged node tells what it believes.</summary>
internal static class SystemView
{
    private const int InternodePort = 7000;

    public static NodeView Of(NodeProcess process)
    {
        var options = process.Clients.Options;
        var self = process.Gossiper.Self;
        var peers = process.Gossiper.Peers
            .Where(p => p.Value.Info.Status is RingStatus.Normal or RingStatus.Leaving)
            .Select(p => Identity(process.NodeOf(p.Key), p.Value.Info, options));
        return new NodeView(
            options.Name, Identity(process.Node, self.Info, options), [.. peers], options.Profile, (int)self.Generation, process.Node.Disk.HasJoined,
            [.. process.Clients.Identities]);
    }

    private static NodeIdentity Identity(Node node, EndpointInfo info, ClusterOptions options) => new(
        node.Address.Address, InternodePort, node.Address.Address, node.Address.Port, info.Datacenter, info.Rack, info.HostId,
        info.SchemaVersion, info.Tokens, options.Profile.ReleaseVersion);
}
