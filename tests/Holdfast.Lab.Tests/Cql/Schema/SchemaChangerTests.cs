using Holdfast.Lab.Cql;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Protocol;
using Xunit;

namespace Holdfast.Lab.Tests.Cql.Schema;

public sealed class SchemaChangerTests
{
    private const string Keyspace = "CREATE KEYSPACE ks WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': '3'}";

    [Fact]
    public void Equal_schemas_have_equal_versions_whichever_node_made_them_and_any_change_gives_another()
    {
        var one = Apply(SchemaState.Initial, Keyspace).Schema;
        var other = Apply(SchemaState.Initial, Keyspace).Schema;
        Assert.Equal(one.Version, other.Version);
        HashSet<Guid> versions = [SchemaState.Initial.Version, one.Version];
        foreach (string change in new[]
        {
            "CREATE TABLE ks.t (k int PRIMARY KEY, v int)", "ALTER TABLE ks.t ADD w text", "ALTER TABLE ks.t WITH comment = 'x'",
            "ALTER TABLE ks.t WITH compaction = {'class': 'LeveledCompactionStrategy'}",
            "ALTER KEYSPACE ks WITH durable_writes = false",
        })
        {
            one = Apply(one, change).Schema;
            Assert.True(versions.Add(one.Version), change);
        }

        Assert.Equal(SchemaState.Initial.Version, Apply(one, "DROP KEYSPACE ks").Schema.Version);
    }

    [Fact]
    public void A_change_says_what_became_of_what()
    {
        var created = Apply(SchemaState.Initial, Keyspace);
        Assert.Equal((SchemaChangeKind.Created, "ks", null), Said(created));
        var table = Apply(created.Schema, "CREATE TABLE t (k int PRIMARY KEY)", "ks");
        Assert.Equal((SchemaChangeKind.Created, "ks", "t"), Said(table));
        Assert.Equal((SchemaChangeKind.Updated, "ks", "t"), Said(Apply(table.Schema, "ALTER TABLE ks.t ADD v int")));
        var dropped = Apply(table.Schema, "DROP KEYSPACE ks");
        Assert.Equal((SchemaChangeKind.Dropped, "ks", null), Said(dropped));
        Assert.Equal([table.Schema.FindTable("ks", "t")!.Id], dropped.Change!.DroppedTables);
    }

    [Theory]
    [InlineData("CREATE KEYSPACE IF NOT EXISTS ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")]
    [InlineData("CREATE TABLE IF NOT EXISTS ks.t (other int PRIMARY KEY)")]
    [InlineData("DROP TABLE IF EXISTS ks.nope")]
    [InlineData("DROP KEYSPACE IF EXISTS nope")]
    public void What_is_already_so_is_no_change(string statement)
    {
        var schema = Apply(Apply(SchemaState.Initial, Keyspace).Schema, "CREATE TABLE ks.t (k int PRIMARY KEY)").Schema;
        var result = Apply(schema, statement);
        Assert.Null(result.Change);
        Assert.Same(schema, result.Schema);
    }

    [Fact]
    public void A_table_created_again_is_another_table()
    {
        var schema = Apply(SchemaState.Initial, Keyspace).Schema;
        var first = Apply(schema, "CREATE TABLE ks.t (k int PRIMARY KEY)", nowMicros: 1).Schema.FindTable("ks", "t")!;
        var second = Apply(schema, "CREATE TABLE ks.t (k int PRIMARY KEY)", nowMicros: 2).Schema.FindTable("ks", "t")!;
        Assert.NotEqual(first.Id, second.Id);
    }

    [Theory]
    [InlineData(Keyspace, ErrorCode.AlreadyExists, "Cannot add existing keyspace \"ks\"")]
    [InlineData("CREATE TABLE ks.t (k int PRIMARY KEY)", ErrorCode.AlreadyExists, "Cannot add already existing table \"t\" to keyspace \"ks\"")]
    [InlineData("CREATE TABLE nope.t (k int PRIMARY KEY)", ErrorCode.Invalid, "Keyspace 'nope' doesn't exist")]
    [InlineData("DROP TABLE ks.nope", ErrorCode.Invalid, "Table 'ks.nope' doesn't exist")]
    [InlineData("CREATE TABLE ks.u (k int)", ErrorCode.Invalid, "No PRIMARY KEY specifed for table 'u' (exactly one required)")]
    [InlineData("CREATE TABLE ks.u (k int PRIMARY KEY, k int)", ErrorCode.Invalid, "Duplicate column 'k' declaration for table 'u'")]
    [InlineData("CREATE TABLE ks.u (k int, PRIMARY KEY (x))", ErrorCode.Invalid, "Unknown column 'x' referenced in PRIMARY KEY for table 'u'")]
    [InlineData("CREATE TABLE ks.u (k nope PRIMARY KEY)", ErrorCode.Invalid, "Unknown type nope")]
    [InlineData("CREATE TABLE ks.u (k int PRIMARY KEY) WITH nope = 1", ErrorCode.Syntax, "Unknown property 'nope'")]
    [InlineData("CREATE KEYSPACE k2 WITH durable_writes = true", ErrorCode.Configuration, "Missing mandatory option 'replication'")]
    [InlineData("CREATE KEYSPACE k2 WITH replication = {'class': 'Nope'}", ErrorCode.Configuration, "Unable to find replication strategy class 'org.apache.cassandra.locator.Nope'")]
    [InlineData("CREATE KEYSPACE k2 WITH replication = {'class': 'NetworkTopologyStrategy', 'dc9': 1}", ErrorCode.Configuration, "Unrecognized strategy option {dc9} passed to NetworkTopologyStrategy for keyspace k2")]
    public void What_cannot_be_is_refused(string statement, object code, string message)
    {
        var schema = Apply(Apply(SchemaState.Initial, Keyspace).Schema, "CREATE TABLE ks.t (k int PRIMARY KEY)").Schema;
        var refused = Assert.Throws<CqlException>(() => Apply(schema, statement));
        Assert.Equal((ErrorCode)code, refused.Code);
        Assert.Equal(message, refused.Message);
    }

    private static SchemaChangeResult Apply(SchemaState schema, string statement, string? used = null, long nowMicros = 1) =>
        new SchemaChanger(["dc1", "dc2"], nowMicros).Apply(schema, Parser.Parse(statement).Statement, used);

    private static (SchemaChangeKind, string, string?) Said(SchemaChangeResult result) =>
        (result.Change!.Kind, result.Change.Keyspace, result.Change.Table);
}
