using System.Net;
using Holdfast.Cql.Connections;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Routing;

namespace Holdfast.Cql.Topology;

/// <summary>Asks one node, over one connection, how it sees the ring: three small reads, one after another.</summary>
internal sealed class TopologyReading : PendingAnswer
{
    private const string Local =
        "SELECT host_id, data_center, rack, tokens, release_version FROM system.local WHERE key = 'local'";

    // Cassandra 4.0 and later; peers has no ports.
    private const string PeersV2 =
        "SELECT host_id, data_center, rack, tokens, release_version, native_address, native_port FROM system.peers_v2";

    private const string Peers =
        "SELECT host_id, data_center, rack, tokens, release_version, rpc_address FROM system.peers";

    private readonly string _keyspace;
    private readonly int _port;
    private readonly Action<TopologyView?, string> _done;
    private HostInfo? _self;
    private List<HostInfo> _peers = [];
    private Step _step;

    private TopologyReading(string keyspace, int port, Action<TopologyView?, string> done)
    {
        _keyspace = keyspace;
        _port = port;
        _done = done;
    }

    private enum Step
    {
        Local,
        PeersV2,
        Peers,
        Keyspace,
    }

    /// <summary>Begins; <paramref name="done"/> is called under the lock, with no view and a reason where it came to nothing.</summary>
    /// <param name="connection">Ready.</param>
    /// <param name="keyspace">Whose replication is asked for.</param>
    /// <param name="port">The port of peers that tell none.</param>
    /// <param name="done">Receives what came of it, once.</param>
    public static void Begin(CqlConnection connection, string keyspace, int port, Action<TopologyView?, string> done) =>
        new TopologyReading(keyspace, port, done).Ask(connection, Step.Local, Local);

    public override void Answered(CqlConnection connection, in Envelope answer)
    {
        if (answer.Opcode == Opcode.Error)
        {
            ErrorBody error = Responses.ReadError(answer);
            if (_step == Step.PeersV2 && error is InvalidBody or SyntaxErrorBody)
            {
                Ask(connection, Step.Peers, Peers);
                return;
            }

            _done(null, error.Message);
            return;
        }

        using CqlRows rows = Responses.ReadRows(answer);
        switch (_step)
        {
            case Step.Local:
                if (!rows.Read() || Host(rows, connection.Purpose.EndPoint) is not { } self)
                {
                    _done(null, "the host does not describe itself");
                    return;
                }

                _self = self;
                Ask(connection, Step.PeersV2, PeersV2);
                break;
            case Step.PeersV2 or Step.Peers:
                ReadPeers(rows);
                string name = _keyspace.Replace("'", "''", StringComparison.Ordinal);
                Ask(connection, Step.Keyspace, $"SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = '{name}'");
                break;
            default:
                Replication? replication = rows.Read() && !rows.IsNull(0)
                    ? Replication.Parse(CqlTypes.ReadTextMap(rows.Column(0)))
                    : null;
                _done(new TopologyView(_self!, _peers, replication), string.Empty);
                break;
        }
    }

    public override void Lost(CqlConnection connection, string reason) => _done(null, reason);

    private void Ask(CqlConnection connection, Step step, string cql)
    {
        _step = step;
        if (!connection.TryTake(this, out short stream))
        {
            _done(null, "the connection has no room");
            return;
        }

        Requests.Query(connection.Output, connection.Version, stream, cql, ConsistencyLevel.One);
        connection.Flush();
    }

    private void ReadPeers(CqlRows rows)
    {
        _peers = new List<HostInfo>(rows.Count);
        while (rows.Read())
        {
            IPAddress? address = rows.IsNull(5) ? null : CqlTypes.ReadInet(rows.Column(5));
            int port = _step == Step.PeersV2 && !rows.IsNull(6) ? CqlTypes.ReadInt(rows.Column(6)) : _port;

            // A peer without an address or an identity is joining, or a remnant: not to be used yet.
            if (address is not null && !address.Equals(IPAddress.Any) && port is > 0 and <= 65535
                && Host(rows, new IPEndPoint(address, port)) is { } peer)
            {
                _peers.Add(peer);
            }
        }
    }

    private static HostInfo? Host(CqlRows rows, IPEndPoint endPoint)
    {
        if (rows.IsNull(0) || rows.IsNull(1) || rows.IsNull(2))
        {
            return null;
        }

        List<long> tokens = [];
        if (!rows.IsNull(3))
        {
            foreach (string text in CqlTypes.ReadTextSet(rows.Column(3)))
            {
                if (long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out long token))
                {
                    tokens.Add(token);
                }
            }
        }

        tokens.Sort();
        return new HostInfo(
            new HostId(CqlTypes.ReadUuid(rows.Column(0))),
            endPoint,
            CqlTypes.ReadText(rows.Column(1)),
            CqlTypes.ReadText(rows.Column(2)),
            tokens,
            rows.IsNull(4) ? string.Empty : CqlTypes.ReadText(rows.Column(4)));
    }
}
