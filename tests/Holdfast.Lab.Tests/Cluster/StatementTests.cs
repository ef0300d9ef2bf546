using System.Text;
using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>USE, DROP and TRUNCATE as a client sends them: what is answered, and what becomes of every replica's data.</summary>
public sealed class StatementTests
{
    private readonly FrameLab lab = new();

    [Fact]
    public void A_keyspace_in_use_need_not_be_named_on_that_connection_and_has_to_be_on_others()
    {
        var used = lab.Ask(lab.Client.Query("USE s"), FrameLab.Result);
        Assert.Equal("00000003" + "0001" + "73", Convert.ToHexStringLower(used.Body)); // SET_KEYSPACE s
        lab.Ask(lab.Client.Query("INSERT INTO t (key, value) VALUES ('a', 0x00)"), FrameLab.Result);
        Assert.Equal(1, CountAt(lab.Client, "t"));
        var other = lab.Connected(0);
        var refused = lab.Ask(other, other.Query("SELECT count(*) FROM t"), FrameLab.Error);
        Assert.Equal(
            (0x2200, "No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename"), (refused.Code, refused.Message));
    }

    [Fact]
    public void A_table_that_is_dropped_is_gone_from_every_node_with_its_data_and_its_name_may_be_given_again()
    {
        lab.Ask(lab.Client.Query("INSERT INTO s.t (key, value) VALUES ('a', 0x00)", 5), FrameLab.Result);
        var dropped = lab.Ask(lab.Client.Query("DROP TABLE s.t"), FrameLab.Result);
        Assert.Equal(
            "00000005" + Text("DROPPED") + Text("TABLE") + Text("s") + Text("t"), Convert.ToHexStringLower(dropped.Body)); // SCHEMA_CHANGE
        lab.Cluster.Run(1);
        Assert.All(lab.Cluster.Cluster.Nodes, n => Assert.Equal(0, n.Disk.Store.PartitionCount));
        foreach (var node in new[] { 0, 1, 2 })
        {
            var client = lab.Connected(node);
            var refused = lab.Ask(client, client.Query("SELECT value FROM s.t WHERE key = 'a'"), FrameLab.Error);
            Assert.Equal((0x2200, "table t does not exist"), (refused.Code, refused.Message));
        }

        lab.Ask(lab.Client.Query("CREATE TABLE s.t (key text PRIMARY KEY, value blob)"), FrameLab.Result);
        lab.Cluster.Run(1);
        Assert.Equal(0, CountAt(lab.Client, "s.t"));

        var keyspace = lab.Ask(lab.Client.Query("DROP KEYSPACE s"), FrameLab.Result);
        Assert.Equal("00000005" + Text("DROPPED") + Text("KEYSPACE") + Text("s"), Convert.ToHexStringLower(keyspace.Body));
    }

    [Fact]
    public void A_truncated_table_is_empty_on_every_replica()
    {
        Insert();
        Assert.Equal(3, Holders());
        Assert.Equal("00000001", Convert.ToHexStringLower(lab.Ask(lab.Client.Query("TRUNCATE TABLE s.t"), FrameLab.Result).Body)); // VOID
        Assert.Equal(0, Holders());
        Assert.Equal(0, CountAt(lab.Client, "s.t"));
    }

    [Fact]
    public void A_replica_that_is_seen_down_refuses_a_truncation_before_anything_is_lost()
    {
        Insert();
        lab.Cluster.Fault("stop", 2);
        lab.Cluster.Run(1);
        var refused = lab.Ask(lab.Client.Query("TRUNCATE s.t"), FrameLab.Error);
        Assert.Equal((0x1000, "Cannot achieve consistency level ALL"), (refused.Code, refused.Message));
        Assert.Equal("0005" + "00000003" + "00000002", FrameLab.FieldsOf(refused));
        Assert.Equal(3, Holders());
    }

    [Fact]
    public void A_replica_that_died_unseen_makes_a_truncation_time_out_after_a_minute_half_done()
    {
        Insert();
        lab.Cluster.Fault("kill", 2);
        var from = lab.Cluster.Scheduler.Now;
        var asked = lab.Client.Query("TRUNCATE s.t");
        Assert.True(lab.Cluster.Scheduler.RunUntil(() => lab.Client.AnswerTo(asked) is not null, TimeSpan.FromSeconds(70)));
        var failed = lab.Client.AnswerTo(asked)!;
        Assert.Equal((0x1003, "Truncate timed out - received only 2 responses."), (failed.Code, failed.Message));
        Assert.Equal(60, (lab.Cluster.Scheduler.Now - from).TotalSeconds, 1);
        Assert.Equal(1, Holders()); // the dead one's disk
    }

    [Fact]
    public void A_full_disk_refuses_a_truncation_and_is_named()
    {
        Insert();
        lab.Cluster.Fault("disk-full", 1);
        var failed = lab.Ask(lab.Client.Query("TRUNCATE s.t"), FrameLab.Error);
        Assert.Equal((0x1003, $"Truncate failed on replica /{lab.Cluster[1].Address.Address}:7000"), (failed.Code, failed.Message));
    }

    private void Insert() => lab.Ask(lab.Client.Query("INSERT INTO s.t (key, value) VALUES ('a', 0x00)", 5), FrameLab.Result);

    private int Holders()
    {
        var table = lab.Cluster[0].Process!.Schema.Current.FindTable("s", "t")!.Id;
        return lab.Cluster.Cluster.Nodes.Count(n => n.Disk.Store.Scan(table).Any());
    }

    private int CountAt(WireClient client, string table) => lab.Ask(client, client.Query($"SELECT count(*) FROM {table}", 4), FrameLab.Result).Body[^1];

    private static string Text(string text) => $"{text.Length:x4}{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text))}";
}
