using System.Buffers.Binary;
using System.Text;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>The faults of the service, byte by byte, as protocol v4 has them.</summary>
public sealed class ServiceFaultFramesTests
{
    private const string Local = "SELECT schema_version FROM system.local";
    private const string Peers = "SELECT schema_version FROM system.peers";

    private TestCluster lab = new();

    [Fact]
    public void An_unprepared_storm_names_the_id_that_was_executed_and_preparing_again_gives_the_same()
    {
        var client = Started();
        var id = Asked(client, client.Prepare(Local)).PreparedId;
        var fault = lab.Fault("unprepared", 0);
        var refused = Asked(client, client.Execute(id, 1));
        Assert.Equal(0x2500, refused.Code);
        var text = 6 + BinaryPrimitives.ReadUInt16BigEndian(refused.Body.AsSpan(4));
        Assert.Equal([0, (byte)id.Length, .. id], refused.Body[text..]);
        Assert.Contains(Convert.ToHexStringLower(id), refused.Message, StringComparison.Ordinal);
        Assert.Equal(id, Asked(client, client.Prepare(Local)).PreparedId);
        lab.Faults.Heal(fault.Id);
        Assert.Equal(2, Asked(client, client.Execute(id, 1)).Code);
    }

    [Fact]
    public void Who_is_refused_gets_bad_credentials_and_may_try_again_on_the_same_connection()
    {
        lab = new TestCluster(options: new ClusterOptions { Credentials = new Credentials("lab", "secret") });
        var client = new WireClient(lab[0]);
        Assert.Equal(0x03, Asked(client, client.Startup()).Opcode);
        var fault = lab.Fault("refuse-auth", 0);
        var refused = Asked(client, client.Authenticate("lab", "secret"));
        Assert.Equal((0x0100, "Provided username lab and/or password are incorrect"), (refused.Code, refused.Message));
        lab.Faults.Heal(fault.Id);
        Assert.Equal(0x0100, Asked(client, client.Authenticate("lab", "guess")).Code);
        Assert.Equal(0x10, Asked(client, client.Authenticate("lab", "secret")).Opcode);
        Assert.Equal(2, Asked(client, client.Query(Local, 1)).Code);
    }

    [Fact]
    public void A_node_that_disagrees_on_the_schema_tells_a_version_of_its_own_and_its_peers_tell_it_too()
    {
        var (odd, other) = (Started(0), Started(1));
        var agreed = VersionsSeenBy(other);
        Assert.Single(agreed.Distinct());
        var fault = lab.Fault("schema-disagreement", 0);
        lab.Run(5);
        Assert.Equal(2, VersionsSeenBy(other).Distinct().Count());
        Assert.Equal(2, VersionsSeenBy(odd).Distinct().Count());

        // It takes nothing that its peers decide.
        Asked(other, other.Query("CREATE KEYSPACE s WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}"));
        lab.Run(5);
        Assert.Equal(2, Asked(Started(2), 1, "SELECT * FROM system_schema.tables WHERE keyspace_name = 's'").Code);
        Assert.Equal(0x2200, Asked(odd, odd.Query("SELECT * FROM s.t")).Code);
        Assert.Null(lab[0].Process!.Schema.Current.FindKeyspace("s"));
        Assert.NotNull(lab[2].Process!.Schema.Current.FindKeyspace("s"));

        lab.Faults.Heal(fault.Id);
        lab.Run(5);
        Assert.Single(VersionsSeenBy(other).Concat(VersionsSeenBy(odd)).Distinct());
        Assert.NotNull(lab[0].Process!.Schema.Current.FindKeyspace("s"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Only_what_a_checksum_guards_is_corrupted(byte version)
    {
        lab.Fault("corrupt", 0, ("share", "100%"));
        for (var i = 0; i < 50; i++)
        {
            var client = new WireClient(lab[0]) { Version = version };
            client.Startup();
            lab.Run(0.01);
            Assert.Equal(version == 4 ? "840000010200000000" : "850000010200000000", Convert.ToHexStringLower([.. client.Raw]));
            client.Query(Local, 1);
            lab.Run(0.01);
            Assert.Equal((version == 5, version == 4), (client.WasCorrupted, client.Frames.Count == 2 && !client.Frames[1].IsError));
        }
    }

    [Fact]
    public void A_truncated_answer_is_its_first_half_and_an_orderly_end()
    {
        var client = Started();
        var whole = Asked(client, client.Query(Local, 1));
        lab.Fault("truncate", 0, ("share", "100%"));
        client.Query(Local, 1);
        lab.Run(1);
        Assert.Equal("closed", client.Ended);
        Assert.Equal((9 + whole.Body.Length) / 2, client.Unfinished.Count);
    }

    [Fact]
    public void A_result_comes_in_pages_and_each_tells_where_the_next_begins()
    {
        var client = Started();
        Asked(client, client.Query("CREATE KEYSPACE s WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}"));
        Asked(client, client.Query("CREATE TABLE s.t (key text PRIMARY KEY, value blob)"));
        lab.Run(1);
        for (var i = 0; i < 25; i++)
        {
            Asked(client, client.Query($"INSERT INTO s.t (key, value) VALUES ('key {i:d2}', 0x00)"));
        }

        var seen = new List<string>();
        byte[]? state = null;
        var pages = 0;
        do
        {
            var page = Asked(client, client.QueryPage("SELECT key FROM s.t", 10, state));
            var (more, keys) = PageOf(page.Body);
            Assert.InRange(keys.Count, more is null ? 0 : 10, 10);
            seen.AddRange(keys);
            state = more;
            pages++;
        }
        while (state is not null && pages < 10);

        Assert.Equal(25, seen.Distinct().Count());
        Assert.Equal(25, seen.Count);
        Assert.Equal(3, pages);
        Assert.Equal(0x000A, Asked(client, client.QueryPage("SELECT key FROM s.t", 10, [1, 2, 3])).Code);
    }

    [Fact]
    public void Who_is_connected_can_be_read()
    {
        var (one, other) = (Started(), new WireClient(lab[0]) { Version = 5 });
        lab.Run(0.01);
        other.Ask(0x01, [0, 2, 0, 11, .. "CQL_VERSION"u8, 0, 5, .. "3.0.0"u8, 0, 11, .. "DRIVER_NAME"u8, 0, 5, .. "gocql"u8]);
        Asked(one, one.Query(Local, 1));
        var rows = Asked(one, one.Query(
            "SELECT connection_stage, driver_name, protocol_version, request_count, username FROM system_views.clients", 1)).Printable;
        Assert.Contains("gocql\0\0\0\u0004\0\0\0\u0005\0\0\0\b\0\0\0\0\0\0\0\u0001\0\0\0\tanonymous", rows, StringComparison.Ordinal);
        Assert.Contains("\u00FF\u00FF\u00FF\u00FF\0\0\0\u0004\0\0\0\u0004\0\0\0\b\0\0\0\0\0\0\0\u0003\0\0\0\tanonymous", rows, StringComparison.Ordinal);
        Assert.Contains("\0\0\0\u0002\0\0\0\u0005ready", rows, StringComparison.Ordinal); // two rows
    }

    private WireClient Started(int node = 0)
    {
        var client = new WireClient(lab[node]);
        Assert.Equal(0x02, Asked(client, client.Startup()).Opcode);
        return client;
    }

    private WireClient.Frame Asked(WireClient client, ushort level, string query) => Asked(client, client.Query(query, level));

    private WireClient.Frame Asked(WireClient client, short stream)
    {
        lab.Scheduler.RunUntil(() => client.AnswerTo(stream) is not null, TimeSpan.FromSeconds(15));
        return client.AnswerTo(stream) ?? throw new InvalidOperationException("no answer");
    }

    /// <summary>As a driver looks whether the schema is agreed on: the connection's node, and what it knows of its peers.</summary>
    private List<string> VersionsSeenBy(WireClient client) =>
    [
        .. Enumerable.Chunk(Cells(Asked(client, 1, Local)), 16).Concat(Cells(Asked(client, 1, Peers)).Chunk(16)).Select(Convert.ToHexStringLower),
    ];

    /// <summary>The values of a result with one column of type uuid, one after the other.</summary>
    private static byte[] Cells(WireClient.Frame rows)
    {
        var at = rows.Body.Length;
        var cells = new List<byte>();
        while (BinaryPrimitives.ReadInt32BigEndian(rows.Body.AsSpan(at - 20)) == 16)
        {
            at -= 20;
            cells.InsertRange(0, rows.Body[(at + 4)..(at + 20)]);
        }

        return [.. cells];
    }

    /// <summary>The paging state, null on the last page, and the values of one text column.</summary>
    private static (byte[]? State, List<string> Keys) PageOf(byte[] body)
    {
        var at = 4; // kind: rows
        var flags = Int();
        Assert.Equal(1, Int()); // columns
        byte[]? state = (flags & 2) == 0 ? null : Bytes(Int());
        Bytes(Short()); // keyspace, table, column
        Bytes(Short());
        Bytes(Short());
        Assert.Equal(0x0D, Short()); // varchar
        var rows = Int();
        return (state, [.. Enumerable.Range(0, rows).Select(_ => Encoding.UTF8.GetString(Bytes(Int())))]);

        int Short()
        {
            at += 2;
            return BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(at - 2));
        }

        int Int()
        {
            at += 4;
            return BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at - 4));
        }

        byte[] Bytes(int length)
        {
            at += length;
            return body[(at - length)..at];
        }
    }
}
