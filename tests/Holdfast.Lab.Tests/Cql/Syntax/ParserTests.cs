using Holdfast.Lab.Cql.Syntax;
using Xunit;

namespace Holdfast.Lab.Tests.Cql.Syntax;

public sealed class ParserTests
{
    [Theory]
    [InlineData("CREATE TABLE kask.values (key text PRIMARY KEY, value blob)")]
    [InlineData("INSERT INTO kask.values (key, value) VALUES (?, ?) USING TTL ?")]
    [InlineData("SELECT value, TTL(value) FROM kask.values WHERE key = ?")]
    [InlineData("DELETE FROM kask.values WHERE key = ?")]
    [InlineData("SELECT value as val, TTL(value) as ttl FROM \"kask\".\"values\" WHERE key = ? LIMIT 1;")]
    public void Every_statement_of_a_session_store_is_read(string query) =>
        Assert.NotNull(Parser.Parse(query).Statement);

    [Theory]
    [InlineData("SELECT * FROM system.local WHERE key='local'")]
    [InlineData("SELECT * FROM system.peers_v2")]
    [InlineData("SELECT peer, data_center, host_id, rack, rpc_address, schema_version, tokens FROM system.peers")]
    [InlineData("SELECT release_version FROM system.local")]
    [InlineData("SELECT * FROM system_schema.tables WHERE keyspace_name = 'x' AND table_name = 'y'")]
    [InlineData("SELECT schema_version FROM system.peers WHERE peer = '127.0.1.2'")]
    [InlineData("SELECT toTimestamp(now()) FROM system.local")]
    [InlineData("SELECT count(*) FROM system.peers")]
    [InlineData("SELECT * FROM system_virtual_schema.columns")]
    public void The_queries_of_the_drivers_are_read(string query) =>
        Assert.IsType<SelectStatement>(Parser.Parse(query).Statement);

    [Fact]
    public void Names_fold_to_lower_case_unless_quoted()
    {
        SelectStatement select = Assert.IsType<SelectStatement>(Parser.Parse("SELECT A, \"A\", \"a\"\"b\" FROM KS.Values").Statement);
        Assert.Equal(
            [new ColumnSelectable("a"), new ColumnSelectable("A"), new ColumnSelectable("a\"b")],
            select.Selectors.Select(s => s.Value));
        Assert.Equal(new TableName("ks", "values"), select.From);
    }

    [Fact]
    public void An_unreserved_keyword_is_a_name()
    {
        SelectStatement select = Assert.IsType<SelectStatement>(
            Parser.Parse("SELECT key, count, ttl, timestamp, distinct, json FROM values WHERE key = 1").Statement);
        Assert.Equal(6, select.Selectors.Count);
        Assert.Equal(new TableName(null, "values"), select.From);
        Assert.False(select.IsDistinct);
    }

    [Fact]
    public void Ttl_and_timestamp_come_in_both_orders_with_markers_numbered_as_written()
    {
        InsertStatement insert = Assert.IsType<InsertStatement>(
            Parser.Parse("INSERT INTO t (k, v) VALUES (:a, ?) USING TTL ? AND TIMESTAMP :ts").Statement);
        Assert.Equal([new Marker(0, "a"), new Marker(1, null)], insert.Values);
        Assert.Equal(new UsingClause(new Marker(3, "ts"), new Marker(2, null), TtlFirst: true), insert.Using);

        UpdateStatement update = Assert.IsType<UpdateStatement>(
            Parser.Parse("UPDATE t USING TIMESTAMP 5 AND TTL 7 SET v = ? WHERE k = ?").Statement);
        Assert.Equal(
            new UsingClause(new Literal(LiteralKind.Integer, "5"), new Literal(LiteralKind.Integer, "7"), TtlFirst: false),
            update.Using);
    }

    [Theory]
    [InlineData("'it''s'", LiteralKind.String, "it's")]
    [InlineData("$$it's$$", LiteralKind.String, "it's")]
    [InlineData("-12", LiteralKind.Integer, "-12")]
    [InlineData("1.5e-3", LiteralKind.Float, "1.5e-3")]
    [InlineData("NaN", LiteralKind.Float, "NaN")]
    [InlineData("-Infinity", LiteralKind.Float, "-Infinity")]
    [InlineData("0xDEADbeef", LiteralKind.Hex, "0xDEADbeef")]
    [InlineData("0x", LiteralKind.Hex, "0x")]
    [InlineData("TRUE", LiteralKind.Boolean, "TRUE")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000", LiteralKind.Uuid, "550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("12h30m", LiteralKind.Duration, "12h30m")]
    [InlineData("null", LiteralKind.Null, "null")]
    public void Literals_are_told_apart(string text, object kind, string value)
    {
        InsertStatement insert = Assert.IsType<InsertStatement>(Parser.Parse($"INSERT INTO t (v) VALUES ({text})").Statement);
        Assert.Equal(new Literal((LiteralKind)kind, value), insert.Values[0]);
    }

    [Fact]
    public void Comments_and_semicolons_mean_nothing()
    {
        const string query = "/* a */ SELECT -- b\n * FROM // c\n t;;";
        Assert.Equal(Parser.Parse("SELECT * FROM t"), Parser.Parse(query));
    }

    [Fact]
    public void A_table_has_its_key_options_and_clustering_order()
    {
        CreateTableStatement create = Assert.IsType<CreateTableStatement>(Parser.Parse(
            "CREATE TABLE IF NOT EXISTS ks.t (a text, b int, c timeuuid, v map<text, frozen<set<int>>>, PRIMARY KEY ((a, b), c)) "
            + "WITH CLUSTERING ORDER BY (c DESC) AND default_time_to_live = 60 AND comment = 'x' "
            + "AND compaction = {'class': 'LeveledCompactionStrategy'}").Statement);
        Assert.True(create.IfNotExists);
        Assert.Equal([new PrimaryKeyDefinition(["a", "b"], ["c"])], create.PrimaryKeys);
        Assert.Equal([new Ordering("c", true)], create.ClusteringOrder);
        Assert.Equal(["default_time_to_live", "comment", "compaction"], create.Options.Select(o => o.Name));
        Assert.Equal("map<text, frozen<set<int>>>", TermFormatter.Text(create.Columns[3].Type));
    }
}
