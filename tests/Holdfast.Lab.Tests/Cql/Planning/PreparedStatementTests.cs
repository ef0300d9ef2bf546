using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;
using Xunit;

namespace Holdfast.Lab.Tests.Cql.Planning;

public sealed class PreparedStatementTests
{
    private static readonly SingleReplica Replica = new(
        "CREATE TABLE ks.values (key text PRIMARY KEY, value blob)",
        "CREATE TABLE ks.wide (a int, b text, c int, v blob, PRIMARY KEY ((a, b), c))");

    [Fact]
    public void An_id_is_the_MD5_of_keyspace_and_query()
    {
        // Computed with md5sum.
        Assert.Equal("cd36a2072e7f9deaa746db7480200944", Convert.ToHexStringLower(PreparedStatement.ComputeId("SELECT * FROM t", null)));
        Assert.Equal("125e492ea51717990eba4738bbb59bdb", Convert.ToHexStringLower(PreparedStatement.ComputeId("SELECT * FROM t", "ks")));
    }

    [Fact]
    public void Markers_are_described_in_their_order()
    {
        var variables = Replica.Prepare("INSERT INTO ks.values (value, key) VALUES (?, :id) USING TTL ? AND TIMESTAMP ?").Variables;
        Assert.Equal(
            [
                new ColumnSpec("ks", "values", "value", CqlType.Blob),
                new ColumnSpec("ks", "values", "id", CqlType.Text),
                new ColumnSpec("ks", "values", "[ttl]", CqlType.Int),
                new ColumnSpec("ks", "values", "[timestamp]", CqlType.Bigint),
            ],
            variables.Specs);
        Assert.Equal([1], variables.PartitionKeyIndexes);
    }

    [Fact]
    public void The_partition_key_s_markers_are_given_only_when_all_of_it_is_markers()
    {
        Assert.Equal([2, 0], Replica.Prepare("SELECT v FROM ks.wide WHERE b = ? AND c = ? AND a = ?").Variables.PartitionKeyIndexes);
        Assert.Empty(Replica.Prepare("SELECT v FROM ks.wide WHERE b = 'x' AND a = ?").Variables.PartitionKeyIndexes);
        Assert.Empty(Replica.Prepare("SELECT value FROM ks.values WHERE key IN ?").Variables.PartitionKeyIndexes);
    }

    [Fact]
    public void Markers_of_lists_limits_and_tokens_have_names_of_their_own()
    {
        var specs = Replica.Prepare("SELECT value FROM ks.values WHERE key IN ? LIMIT ?").Variables.Specs;
        Assert.Equal("in(key) frozen<list<text>>, [limit] int", string.Join(", ", specs.Select(s => $"{s.Name} {s.Type}")));
        specs = Replica.Prepare("SELECT value FROM ks.values WHERE token(key) > ?").Variables.Specs;
        Assert.Equal("partition key token", specs[0].Name);
    }

    [Fact]
    public void Equal_columns_have_equal_metadata_ids_and_others_others()
    {
        byte[] id = Replica.Prepare("SELECT value FROM ks.values").ResultMetadataId;
        Assert.Equal(id, Replica.Prepare("SELECT value FROM ks.values WHERE key = ?").ResultMetadataId);
        Assert.NotEqual(id, Replica.Prepare("SELECT key FROM ks.values").ResultMetadataId);
        Assert.Equal(16, id.Length);
    }

    [Fact]
    public void Values_with_names_find_their_markers()
    {
        var variables = Replica.Prepare("INSERT INTO ks.values (key, value) VALUES (:k, :v)").Variables;
        var ordered = variables.Order([("v", BoundValue.Of([2])), ("k", BoundValue.Of([1]))]);
        Assert.Equal([1, 2], ordered.Select(v => v.Bytes![0]));
    }

    [Fact]
    public void A_composite_key_is_lengths_bytes_and_zeros()
    {
        var plan = (ReadPlan)Replica.Bind("SELECT v FROM ks.wide WHERE a = 1 AND b = 'xy'");
        Assert.Equal("000400000001000002787900", Convert.ToHexStringLower(plan.Keys![0].Bytes));
        Assert.Equal(Murmur3Partitioner.Token(plan.Keys[0].Bytes), plan.Keys[0].Token);
    }
}
