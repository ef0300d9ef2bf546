using Holdfast.Lab.Cql;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;
using Xunit;
using static Holdfast.Lab.Tests.Cql.Planning.SingleReplica;

namespace Holdfast.Lab.Tests.Cql.Planning;

public sealed class ExecutionTests
{
    private const string Values = "CREATE TABLE ks.values (key text PRIMARY KEY, value text)";
    private const string Events = "CREATE TABLE ks.events (a text, b int, c int, v int, PRIMARY KEY ((a, b), c)) WITH CLUSTERING ORDER BY (c DESC)";

    [Fact]
    public void What_was_written_is_read_until_its_ttl_is_over()
    {
        SingleReplica replica = new(Values);
        replica.Run("INSERT INTO ks.values (key, value) VALUES (?, ?) USING TTL ?", Text("k"), Text("v"), Int(60));
        Assert.Equal("v 60", replica.Show("SELECT value, TTL(value) FROM ks.values WHERE key = ?", Text("k")));
        replica.NowMicros += 59_000_000;
        Assert.Equal("v 1", replica.Show("SELECT value, TTL(value) FROM ks.values WHERE key = 'k'"));
        replica.NowMicros += 1_000_000;
        Assert.Equal("", replica.Show("SELECT value, TTL(value) FROM ks.values WHERE key = 'k'"));
    }

    [Fact]
    public void A_write_with_an_older_timestamp_changes_nothing()
    {
        SingleReplica replica = new(Values);
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('k', 'new') USING TIMESTAMP 10");
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('k', 'old') USING TIMESTAMP 9");
        Assert.Equal("new 10", replica.Show("SELECT value, WRITETIME(value) FROM ks.values WHERE key = 'k'"));
        replica.Run("DELETE FROM ks.values USING TIMESTAMP 9 WHERE key = 'k'");
        Assert.Equal("new", replica.Show("SELECT value FROM ks.values WHERE key = 'k'"));
        replica.Run("DELETE FROM ks.values USING TIMESTAMP 10 WHERE key = 'k'");
        Assert.Equal("", replica.Show("SELECT value FROM ks.values WHERE key = 'k'"));
    }

    [Fact]
    public void An_update_lives_as_long_as_it_says_and_is_as_old_as_it_says()
    {
        SingleReplica replica = new(Values);
        replica.Run("UPDATE ks.values USING TTL 60 AND TIMESTAMP 10 SET value = 'new' WHERE key = 'k'");
        replica.Run("UPDATE ks.values USING TIMESTAMP ? AND TTL ? SET value = ? WHERE key = ?", Bigint(9), Int(1), Text("old"), Text("k"));
        Assert.Equal("new 60 10", replica.Show("SELECT value, TTL(value), WRITETIME(value) FROM ks.values WHERE key = 'k'"));
        replica.NowMicros += 60_000_000;
        Assert.Equal("0", replica.Show("SELECT count(*) FROM ks.values"));
    }

    [Fact]
    public void A_client_timestamp_stamps_a_write_without_one_of_its_own()
    {
        SingleReplica replica = new(Values);
        var plan = (MutationPlan)replica.Bind("INSERT INTO ks.values (key, value) VALUES ('k', 'v')", 77);
        Assert.Equal(77, plan.Mutations[0].Update.Rows[0].Cells[0].Timestamp);
    }

    [Fact]
    public void An_inserted_row_outlives_its_values_and_an_updated_one_does_not()
    {
        SingleReplica replica = new(Values);
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('inserted', 'v')");
        replica.Run("UPDATE ks.values SET value = 'v' WHERE key = 'updated'");
        replica.Run("DELETE value FROM ks.values WHERE key IN ('inserted', 'updated')");
        Assert.Equal("inserted null", replica.Show("SELECT key, value FROM ks.values WHERE key IN ('inserted', 'updated')"));
    }

    [Fact]
    public void Null_deletes_a_column_and_unset_leaves_it()
    {
        SingleReplica replica = new(Values);
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('k', 'v')");
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('k', ?)", BoundValue.Unset);
        Assert.Equal("v", replica.Show("SELECT value FROM ks.values WHERE key = 'k'"));
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('k', ?)", BoundValue.Null);
        Assert.Equal("null", replica.Show("SELECT value FROM ks.values WHERE key = 'k'"));
    }

    [Fact]
    public void A_table_s_default_ttl_holds_unless_the_statement_says_otherwise()
    {
        SingleReplica replica = new(Values + " WITH default_time_to_live = 100");
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('default', 'v')");
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('never', 'v') USING TTL 0");
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('unset', 'v') USING TTL ?", BoundValue.Unset);
        Assert.Equal(
            "100 | null | 100", replica.Show("SELECT TTL(value) FROM ks.values WHERE key IN ('default', 'never', 'unset')"));
    }

    [Fact]
    public void Rows_of_a_partition_come_in_their_clustering_order_or_against_it()
    {
        SingleReplica replica = new(Events);
        foreach (int c in new[] { 2, -1, 3 })
        {
            replica.Run("INSERT INTO ks.events (a, b, c, v) VALUES ('a', 1, ?, ?)", Int(c), Int(c * 10));
        }

        const string where = "FROM ks.events WHERE a = 'a' AND b = 1";
        Assert.Equal("3 30 | 2 20 | -1 -10", replica.Show($"SELECT c, v {where}"));
        Assert.Equal("-1 | 2", replica.Show($"SELECT c {where} ORDER BY c ASC LIMIT 2"));
        Assert.Equal("2 | -1", replica.Show($"SELECT c {where} AND c < 3"));
        Assert.Equal("2", replica.Show($"SELECT c {where} AND c = 2"));
        Assert.Equal("3", replica.Show($"SELECT count(*) {where}"));
        replica.Run("DELETE FROM ks.events WHERE a = 'a' AND b = 1 AND c = 2");
        Assert.Equal("3 | -1", replica.Show($"SELECT c {where}"));
        replica.Run("DELETE FROM ks.events WHERE a = 'a' AND b = 1");
        Assert.Equal("0", replica.Show($"SELECT count(*) {where}"));
    }

    [Fact]
    public void A_scan_counts_limits_and_filters_when_it_is_allowed_to()
    {
        SingleReplica replica = new(Events);
        for (int i = 0; i < 6; i++)
        {
            replica.Run("INSERT INTO ks.events (a, b, c, v) VALUES (?, 0, ?, ?)", Text($"k{i / 2}"), Int(i), Int(i));
        }

        Assert.Equal("6", replica.Show("SELECT count(*) FROM ks.events"));
        Assert.Equal(4, replica.Run("SELECT * FROM ks.events LIMIT 4").Rows.Count);
        Assert.Equal(3, replica.Run("SELECT DISTINCT a, b FROM ks.events").Rows.Count);
        Assert.Equal(3, replica.Run("SELECT a FROM ks.events PER PARTITION LIMIT 1").Rows.Count);
        Assert.Equal("5", replica.Show("SELECT v FROM ks.events WHERE v > 4 ALLOW FILTERING"));
        long middle = long.Parse(replica.Show("SELECT token(a, b) FROM ks.events LIMIT 1"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("4", replica.Show($"SELECT count(*) FROM ks.events WHERE token(a, b) > {middle}"));
        replica.Run("TRUNCATE ks.events");
        Assert.Equal("0", replica.Show("SELECT count(*) FROM ks.events"));
    }

    [Fact]
    public void An_IN_marker_takes_a_list()
    {
        SingleReplica replica = new(Values);
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('a', '1')");
        replica.Run("INSERT INTO ks.values (key, value) VALUES ('b', '2')");
        var list = BoundValue.Of(CqlValue.List([CqlValue.Text("b"), CqlValue.Text("a"), CqlValue.Text("x"), CqlValue.Text("a")]));
        Assert.Equal("1 | 2", replica.Show("SELECT value FROM ks.values WHERE key IN ?", list));
    }

    [Fact]
    public void Aliases_and_functions_name_their_columns_as_Cassandra_does()
    {
        SingleReplica replica = new(Values);
        var columns = replica.Prepare(
            "SELECT value AS v, TTL(value), writetime(value), count(*), toTimestamp(now()) FROM ks.values").ResultColumns;
        Assert.Equal(
            ["v", "ttl(value)", "writetime(value)", "count", "system.totimestamp(system.now())"], columns.Select(c => c.Name));
        Assert.Equal("text int bigint bigint timestamp", string.Join(' ', columns.Select(c => c.Type)));
    }

    [Fact]
    public void Collections_and_functions_of_time_can_be_stored()
    {
        SingleReplica replica = new("CREATE TABLE ks.t (k int PRIMARY KEY, s set<int>, m map<text, int>, l list<text>, t timestamp, u timeuuid)");
        replica.Run("INSERT INTO ks.t (k, s, m, l, t, u) VALUES (1, {3, 1, 3}, {'b': 2, 'a': ?}, ['x'], toTimestamp(now()), now())", Int(1));
        var row = replica.Run("SELECT s, m, l, t, u FROM ks.t WHERE k = 1").Rows[0];
        Assert.Equal(CqlValue.List([CqlValue.Int(1), CqlValue.Int(3)]), row[0]);
        Assert.Equal(CqlValue.Collection(2, [CqlValue.Text("a"), CqlValue.Int(1), CqlValue.Text("b"), CqlValue.Int(2)]), row[1]);
        Assert.Equal(CqlValue.List([CqlValue.Text("x")]), row[2]);
        Assert.Equal(CqlValue.Bigint(1_700_000_000_000), row[3]);
        Assert.Null(ValueValidator.Refuse(CqlType.Timeuuid, row[4]));
    }

    [Fact]
    public void A_wrong_number_of_values_is_refused()
    {
        SingleReplica replica = new(Values);
        var refused = Assert.Throws<CqlException>(() => replica.Run("SELECT * FROM ks.values WHERE key = ?"));
        Assert.Equal("Invalid amount of bind variables", refused.Message);
    }
}
