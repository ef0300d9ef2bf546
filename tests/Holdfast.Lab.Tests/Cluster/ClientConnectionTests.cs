using Holdfast.Lab.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

public sealed class ClientConnectionTests
{
    private const int Error = 0x00;
    private const int Ready = 0x02;
    private const int Result = 0x08;

    private readonly TestCluster lab = new();

    [Fact]
    public void A_session_is_written_and_read_back_through_another_node()
    {
        var one = Connected(0);
        CreateTable(one);
        Ask(one, one.Query("INSERT INTO sessions.values (key, value) VALUES ('wiki:1', 0xcafe) USING TTL 60"), Result);
        var other = Connected(1);
        var rows = Ask(other, other.Query("SELECT value FROM sessions.values WHERE key = 'wiki:1'"), Result);
        Assert.Equal(2, rows.Code); // Rows
        Assert.Contains("\u00ca\u00fe", rows.Printable, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_node_agrees_on_the_schema_and_tells_its_clients()
    {
        var other = Connected(2);
        Ask(other, other.Register("SCHEMA_CHANGE", "STATUS_CHANGE"), Ready);
        CreateTable(Connected(0));
        lab.Run(1);
        Assert.Single(lab.Cluster.Nodes.Select(n => n.Process!.Schema.Current.Version).Distinct());
        Assert.Equal(2, other.Events.Count(e => e.Printable.Contains("CREATED", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_reimaged_node_has_its_peers_schema_when_it_opens()
    {
        CreateTable(Connected(0));
        for (var i = 0; i < 10; i++)
        {
            lab.Fault("reimage", i % 3, ("down", $"{1 + i}s"));
            Assert.NotNull(lab.Until(() => lab[i % 3].Process is { IsOpen: true }, 60));
            var client = Connected(i % 3);
            Ask(client, client.Query("SELECT * FROM sessions.values"), Result);
            lab.Run(30);
        }
    }

    [Fact]
    public void A_prepared_statement_is_unknown_after_a_restart()
    {
        var client = Connected(0);
        CreateTable(client);
        var id = Ask(client, client.Prepare("SELECT value FROM sessions.values WHERE key = ?"), Result).PreparedId;
        Assert.Equal(Result, Ask(client, client.Execute(id, 6, "wiki:1"), Result).Opcode);
        lab.Fault("reboot", 0);
        Assert.Equal("reset", client.Ended);
        Assert.NotNull(lab.Until(() => lab[0].Process is { IsOpen: true }, 60));
        var again = Connected(0);
        Assert.Equal(0x2500, Ask(again, again.Execute(id, 6, "wiki:1"), Error).Code);
    }

    [Fact]
    public void A_blind_node_refuses_in_the_incident_s_words()
    {
        CreateTable(Connected(1));
        var other = Connected(1);
        Ask(other, other.Register("STATUS_CHANGE"), Ready);
        lab.Fault("rejoin-blind", 0);
        Assert.NotNull(lab.Until(() => lab[0].Process is { IsOpen: true }, 120));
        lab.Run(2);
        Assert.True(lab.Sees(1, 0));
        Assert.Contains("UP", other.Events.Last().Printable, StringComparison.Ordinal); // its peers recommend it

        var client = Connected(0);
        var refused = Ask(client, client.Query("SELECT value FROM sessions.values WHERE key = 'wiki:1'"), Error);
        Assert.Equal(0x1000, refused.Code);
        Assert.Equal("Cannot achieve consistency level LOCAL_QUORUM", refused.Message);
        Assert.Equal([0, 6, 0, 0, 0, 2, 0, 0, 0, 1], refused.Body[^10..]);
    }

    [Fact]
    public void Connections_end_as_their_node_does()
    {
        var stopped = Connected(0);
        lab.Fault("stop", 0);
        Assert.Equal("reset", stopped.Ended);
        Assert.Null(lab[0].Process);
        var lost = Connected(1);
        lab.Fault("power-loss", 1);
        Assert.Equal("vanished", lost.Ended);
    }

    [Fact]
    public void Service_troubles_reach_the_client_as_frames_or_as_silence()
    {
        var client = Connected(0);
        CreateTable(client);
        var overloaded = lab.Fault("overloaded", 0);
        Assert.Equal(0x1001, Ask(client, client.Query("SELECT * FROM sessions.values"), Error).Code);
        lab.Faults.Heal(overloaded.Id);
        var joining = lab.Fault("bootstrapping", 0);
        Assert.Equal(0x1002, Ask(client, client.Query("SELECT * FROM sessions.values WHERE key = 'a'"), Error).Code);
        lab.Faults.Heal(joining.Id);

        var late = lab.Fault("late", 0, ("by", "3s"));
        var asked = client.Query("SELECT * FROM sessions.values");
        lab.Run(2.9);
        Assert.Null(client.AnswerTo(asked));
        lab.Run(0.2);
        Assert.NotNull(client.AnswerTo(asked));
        lab.Faults.Heal(late.Id);

        lab.Fault("half-open", 0);
        var unanswered = client.Query("SELECT * FROM sessions.values");
        lab.Run(60);
        Assert.Null(client.AnswerTo(unanswered));
        Assert.Null(client.Ended);
    }

    [Fact]
    public void System_tables_are_the_node_s_own_view()
    {
        var client = Connected(0);
        var peers = Ask(client, client.Query("SELECT peer, host_id FROM system.peers"), Result);
        Assert.Contains("system", peers.Printable, StringComparison.Ordinal);
        lab.Fault("reimage", 1, ("down", "1s"));
        Assert.NotNull(lab.Until(() => lab[1].Process is { State: NodeState.ShadowRound }, 30));
        Assert.Empty(lab[1].Process!.Gossiper.Peers); // its disk knows nobody
    }

    private WireClient Connected(int node)
    {
        var client = new WireClient(lab[node]);
        Ask(client, client.Startup(), Ready);
        return client;
    }

    private void CreateTable(WireClient client)
    {
        Ask(client, client.Query("CREATE KEYSPACE sessions WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}"), Result);
        Ask(client, client.Query("CREATE TABLE sessions.values (key text PRIMARY KEY, value blob)"), Result);
        lab.Run(1);
    }

    private WireClient.Frame Ask(WireClient client, short stream, int expected)
    {
        lab.Scheduler.RunUntil(() => client.AnswerTo(stream) is not null, TimeSpan.FromSeconds(15));
        var frame = client.AnswerTo(stream);
        Assert.NotNull(frame);
        Assert.True(frame.Opcode == expected, frame.IsError ? frame.Message : $"opcode {frame.Opcode}");
        return frame;
    }
}
