using System.Globalization;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Types;

namespace Holdfast.Lab.Cql.SystemTables;

/// <summary>
/// This folder: the tables that a node answers from its own view. Their definitions are CQL; their rows are made here, anew
/// for each question.
/// </summary>
internal static class SystemTableRows
{
    /// <param name="table">One of <see cref="SystemKeyspaces"/>.</param>
    /// <param name="view">How the node sees the cluster.</param>
    /// <param name="schema">The node's schema.</param>
    public static IEnumerable<SystemRow> Of(TableMetadata table, NodeView view, SchemaState schema) =>
        (table.Keyspace, table.Name) switch
        {
            (SystemKeyspaces.System, "local") => [Local(view)],
            (SystemKeyspaces.System, "peers") => view.Peers.Select(Peer),
            (SystemKeyspaces.System, "peers_v2") => view.Peers.Select(PeerV2),
            (SystemKeyspaces.Schema, var name) => SchemaRows.Stored(name, schema),
            (SystemKeyspaces.VirtualSchema, var name) => SchemaRows.Virtual(name, schema),
            (SystemKeyspaces.Views, "clients") => view.Clients.Select(Client),
            (SystemKeyspaces.Views, "settings") => Settings(view),
            _ => [],
        };

    private static SystemRow Local(NodeView view)
    {
        var local = view.Local;
        return new(
            ("key", CqlValue.Text("local")),
            ("bootstrapped", CqlValue.Text(view.IsBootstrapped ? "COMPLETED" : "IN_PROGRESS")),
            ("broadcast_address", CqlValue.Inet(local.InternodeAddress)),
            ("broadcast_port", CqlValue.Int(local.InternodePort)),
            ("cluster_name", CqlValue.Text(view.ClusterName)),
            ("cql_version", CqlValue.Text(view.Profile.CqlVersion)),
            ("data_center", CqlValue.Text(local.Datacenter)),
            ("gossip_generation", CqlValue.Int(view.GossipGeneration)),
            ("host_id", CqlValue.Uuid(local.HostId)),
            ("listen_address", CqlValue.Inet(local.InternodeAddress)),
            ("listen_port", CqlValue.Int(local.InternodePort)),
            ("native_protocol_version", CqlValue.Text(view.Profile.NativeProtocolVersion)),
            ("partitioner", CqlValue.Text(Murmur3Partitioner.Name)),
            ("rack", CqlValue.Text(local.Rack)),
            ("release_version", CqlValue.Text(local.ReleaseVersion)),
            ("rpc_address", CqlValue.Inet(local.NativeAddress)),
            ("rpc_port", CqlValue.Int(local.NativePort)),
            ("schema_version", CqlValue.Uuid(local.SchemaVersion)),
            ("tokens", Tokens(local)));
    }

    private static SystemRow Peer(NodeIdentity peer) => new(
        ("peer", CqlValue.Inet(peer.InternodeAddress)),
        ("data_center", CqlValue.Text(peer.Datacenter)),
        ("host_id", CqlValue.Uuid(peer.HostId)),
        ("rack", CqlValue.Text(peer.Rack)),
        ("release_version", CqlValue.Text(peer.ReleaseVersion)),
        ("rpc_address", CqlValue.Inet(peer.NativeAddress)),
        ("schema_version", CqlValue.Uuid(peer.SchemaVersion)),
        ("tokens", Tokens(peer)));

    private static SystemRow PeerV2(NodeIdentity peer) => new(
        ("peer", CqlValue.Inet(peer.InternodeAddress)),
        ("peer_port", CqlValue.Int(peer.InternodePort)),
        ("data_center", CqlValue.Text(peer.Datacenter)),
        ("host_id", CqlValue.Uuid(peer.HostId)),
        ("native_address", CqlValue.Inet(peer.NativeAddress)),
        ("native_port", CqlValue.Int(peer.NativePort)),
        ("rack", CqlValue.Text(peer.Rack)),
        ("release_version", CqlValue.Text(peer.ReleaseVersion)),
        ("schema_version", CqlValue.Uuid(peer.SchemaVersion)),
        ("tokens", Tokens(peer)));

    private static SystemRow Client(ClientIdentity client) => new(
        ("address", CqlValue.Inet(client.Remote.Address)),
        ("port", CqlValue.Int(client.Remote.Port)),
        ("connection_stage", CqlValue.Text(client.Stage)),
        ("driver_name", client.DriverName is { } name ? CqlValue.Text(name) : null),
        ("driver_version", client.DriverVersion is { } version ? CqlValue.Text(version) : null),
        ("hostname", CqlValue.Text(client.Remote.Address.ToString())),
        ("protocol_version", CqlValue.Int(client.ProtocolVersion)),
        ("request_count", CqlValue.Bigint(client.Requests)),
        ("ssl_enabled", CqlValue.Boolean(client.IsEncrypted)),
        ("username", CqlValue.Text(client.User)));

    private static byte[]? Tokens(NodeIdentity node) => node.Tokens.Count == 0
        ? null
        : CqlValue.Set([.. node.Tokens.Select(t => CqlValue.Text(t.ToString(CultureInfo.InvariantCulture)))]);

    private static IEnumerable<SystemRow> Settings(NodeView view) =>
        new[] { ("cluster_name", view.ClusterName), ("partitioner", Murmur3Partitioner.Name) }
            .Select(s => new SystemRow(("name", CqlValue.Text(s.Item1)), ("value", CqlValue.Text(s.Item2))));
}
