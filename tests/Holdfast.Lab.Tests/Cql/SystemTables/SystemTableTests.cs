using System.Net;
using System.Text;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.SystemTables;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Tests.Cql.Planning;
using Xunit;

namespace Holdfast.Lab.Tests.Cql.SystemTables;

public sealed class SystemTableTests
{
    private static readonly SchemaState Schema = new SingleReplica(
        "CREATE KEYSPACE kask WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3, 'dc2': 2} AND durable_writes = false",
        "CREATE TABLE kask.values (key text PRIMARY KEY, value blob) WITH comment = 'sessions'",
        "CREATE TABLE kask.events (b int, a text, c timeuuid, v map<text, frozen<set<int>>>, PRIMARY KEY ((a, b), c)) WITH CLUSTERING ORDER BY (c DESC)").Schema;

    private static readonly NodeView View = new(
        "lab", Node(1), [Node(2), Node(3)], ServerProfile.Cassandra40, GossipGeneration: 1_700_000_000, IsBootstrapped: true,
        [new ClientIdentity(new IPEndPoint(IPAddress.Loopback, 40_001), "ready", "gocql", null, 4, 7, "anonymous", IsEncrypted: false)]);

    [Theory]
    [InlineData("SELECT * FROM system.local WHERE key='local'", 1)]
    [InlineData("SELECT * FROM system.local", 1)]
    [InlineData("SELECT key FROM system.local WHERE key='other'", 0)]
    [InlineData("SELECT * FROM system.peers", 2)]
    [InlineData("SELECT * FROM system.peers_v2", 2)]
    [InlineData("SELECT * FROM system.peers WHERE peer = '127.0.1.2'", 1)]
    [InlineData("SELECT peer, host_id, schema_version FROM system.peers_v2 WHERE peer = '127.0.1.2' AND peer_port = 7000", 1)]
    [InlineData("SELECT * FROM system_schema.keyspaces WHERE keyspace_name = 'kask'", 1)]
    [InlineData("SELECT * FROM system_schema.tables WHERE keyspace_name = 'kask' AND table_name = 'values'", 1)]
    [InlineData("SELECT * FROM system_schema.tables WHERE keyspace_name IN ('kask', 'ks')", 2)]
    [InlineData("SELECT * FROM system_schema.columns WHERE keyspace_name = 'kask' AND table_name = 'events'", 4)]
    [InlineData("SELECT * FROM system_schema.types WHERE keyspace_name = 'kask'", 0)]
    [InlineData("SELECT * FROM system_schema.functions", 0)]
    [InlineData("SELECT * FROM system_views.clients", 1)]
    [InlineData("SELECT driver_name, request_count FROM system_views.clients WHERE address = '127.0.0.1' AND port = 40001", 1)]
    [InlineData("SELECT * FROM system_views.clients WHERE address = '127.0.0.2'", 0)]
    [InlineData("SELECT * FROM system_schema.aggregates", 0)]
    [InlineData("SELECT * FROM system_schema.views", 0)]
    [InlineData("SELECT * FROM system_schema.indexes", 0)]
    [InlineData("SELECT * FROM system_schema.triggers", 0)]
    [InlineData("SELECT * FROM system_schema.dropped_columns", 0)]
    [InlineData("SELECT * FROM system_virtual_schema.keyspaces", 2)]
    [InlineData("SELECT count(*) FROM system.peers", 1)]
    public void A_driver_s_question_has_as_many_rows_as_a_node_would_answer(string query, int rows) =>
        Assert.Equal(rows, Ask(query).Rows.Count);

    [Fact]
    public void Every_value_of_every_system_table_is_one_of_its_column_s_type()
    {
        foreach (var table in SystemKeyspaces.All.Where(k => !SystemKeyspaces.IsKeptByReplicas(k.Name)).SelectMany(k => k.Tables.Values))
        {
            var result = Ask($"SELECT * FROM {table.Keyspace}.{table.Name}");
            foreach (var row in result.Rows)
            {
                for (int i = 0; i < row.Length; i++)
                {
                    Assert.True(row[i] is null || ValueValidator.Refuse(result.Columns[i].Type, row[i]) is null, result.Columns[i].ToString());
                    Assert.True(row[i] is not null || !table.Columns[i].IsPrimaryKey);
                }
            }
        }
    }

    [Fact]
    public void A_node_says_of_itself_what_drivers_ask()
    {
        var result = Ask("SELECT release_version, cql_version, native_protocol_version, cluster_name, data_center, rack, partitioner, bootstrapped FROM system.local");
        Assert.Equal(
            "4.0.11 3.4.5 5 lab eqiad rack1 org.apache.cassandra.dht.Murmur3Partitioner COMPLETED",
            string.Join(' ', result.Rows[0].Select(v => Encoding.UTF8.GetString(v!))));
        var tokens = CqlValue.Elements(Ask("SELECT tokens FROM system.local").Rows[0][0])!;
        Assert.Equal(["-1", "10"], tokens.Select(t => Encoding.UTF8.GetString(t!)));
        Assert.Equal(
            IPAddress.Parse("127.0.1.1").GetAddressBytes(), Ask("SELECT rpc_address FROM system.local").Rows[0][0]);
    }

    [Fact]
    public void A_table_s_columns_are_described_as_they_were_declared()
    {
        var result = Ask("SELECT column_name, kind, position, clustering_order, type FROM system_schema.columns WHERE keyspace_name = 'kask' AND table_name = 'events'");
        Assert.Equal(
            [
                "a partition_key 0 none text", "b partition_key 1 none int", "c clustering 0 desc timeuuid",
                "v regular -1 none map<text, frozen<set<int>>>",
            ],
            result.Rows.Select(r => string.Join(' ', r.Select((v, i) => i == 2
                ? System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(v).ToString(System.Globalization.CultureInfo.InvariantCulture)
                : Encoding.UTF8.GetString(v!)))));
    }

    [Fact]
    public void A_keyspace_s_replication_is_a_map_of_text()
    {
        var map = CqlValue.Elements(Ask("SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'kask'").Rows[0][0], perEntry: 2)!;
        Assert.Equal(
            ["class", "org.apache.cassandra.locator.NetworkTopologyStrategy", "dc1", "3", "dc2", "2"],
            map.Select(e => Encoding.UTF8.GetString(e!)));
    }

    private static RowSet Ask(string query)
    {
        var prepared = StatementPreparer.Prepare(query, null, Schema);
        var plan = (LocalReadPlan)prepared.Bind(new BindContext([], 0, null, ServerProfile.Cassandra40));
        return plan.Rows.FromSystemRows(SystemTableRows.Of(plan.Table, View, Schema));
    }

    private static NodeIdentity Node(byte number)
    {
        IPAddress address = new([127, 0, 1, number]);
        return new(
            address, 7000, address, 9042, "eqiad", "rack1", new Guid(number, 0, 0, new byte[8]), Schema.Version, [10, -1], "4.0.11");
    }
}
