using Holdfast.Lab.Cql;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Protocol;
using Xunit;

namespace Holdfast.Lab.Tests.Cql.Planning;

public sealed class RefusalTests
{
    private static readonly SingleReplica Replica = new(
        "CREATE TABLE ks.values (key text PRIMARY KEY, value blob)",
        "CREATE TABLE ks.wide (a int, b text, c int, d int, v blob, PRIMARY KEY ((a, b), c, d))");

    [Theory]
    [InlineData("SELECT * FROM values", "No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename")]
    [InlineData("SELECT * FROM nope.t", "keyspace nope does not exist")]
    [InlineData("SELECT * FROM ks.nope", "table nope does not exist")]
    [InlineData("USE nope", "Keyspace 'nope' does not exist")]
    [InlineData("SELECT x FROM ks.values", "Undefined column name x in table ks.values")]
    [InlineData("SELECT * FROM ks.values WHERE x = 1", "Undefined column name x in table ks.values")]
    [InlineData("SELECT TTL(key) FROM ks.values", "Cannot use selection function ttl on PRIMARY KEY part key")]
    [InlineData("SELECT nope(key) FROM ks.values", "Unknown function 'nope'")]
    [InlineData("INSERT INTO ks.values (key, value) VALUES ('a')", "Unmatched column names/values")]
    [InlineData("INSERT INTO ks.values (value) VALUES (0x00)", "Some partition key parts are missing: key")]
    [InlineData("INSERT INTO ks.wide (a, b, d) VALUES (1, 'b', 2)", "Some clustering keys are missing: c")]
    [InlineData("INSERT INTO ks.values (key, value) VALUES ('', 0x00)", "Key may not be empty")]
    [InlineData("INSERT INTO ks.values (key, value) VALUES (null, 0x00)", "Invalid null value in condition for column key")]
    [InlineData("INSERT INTO ks.values (key, value) VALUES ('k', 'text')", "Invalid STRING constant (text) for \"value\" of type blob")]
    [InlineData("INSERT INTO ks.values (key, value) VALUES (5, 0x00)", "Invalid INTEGER constant (5) for \"key\" of type text")]
    [InlineData("INSERT INTO ks.values (key, value) VALUES ('k', 0x00) USING TTL -1", "A TTL must be greater or equal to 0, but was -1")]
    [InlineData("INSERT INTO ks.values (key, value) VALUES ('k', 0x00) USING TTL 630720001", "ttl is too large. requested (630720001) maximum (630720000)")]
    [InlineData("INSERT INTO ks.values (key, value) VALUES ('k', 0x00) IF NOT EXISTS", "Lightweight transactions are not part of the lab")]
    [InlineData("UPDATE ks.values SET key = 'x' WHERE key = 'k'", "PRIMARY KEY part key found in SET part")]
    [InlineData("UPDATE ks.values SET value = 0x WHERE value = 0x", "Non PRIMARY KEY columns found in where clause: value ")]
    [InlineData("DELETE FROM ks.wide WHERE a = 1", "Some partition key parts are missing: b")]
    [InlineData("SELECT * FROM ks.values LIMIT 0", "LIMIT must be strictly positive")]
    [InlineData("SELECT * FROM ks.wide WHERE a = 1 AND b = '' AND d = 1", "PRIMARY KEY column \"d\" cannot be restricted as preceding column \"c\" is not restricted")]
    [InlineData("SELECT * FROM ks.wide ORDER BY c", "ORDER BY is only supported when the partition key is restricted by an EQ or an IN.")]
    [InlineData("INSERT INTO ks.wide (a, b, c, d) VALUES (99999999999, 'b', 1, 1)", "Unable to make int from '99999999999'")]
    [InlineData("BEGIN BATCH APPLY BATCH", "BATCH is not part of the lab")]
    public void A_statement_that_makes_no_sense_is_refused_in_Cassandra_s_words(string query, string message)
    {
        var refused = Assert.Throws<CqlException>(() => Replica.Bind(query));
        Assert.Equal(ErrorCode.Invalid, refused.Code);
        Assert.Equal(message, refused.Message);
    }

    [Theory]
    [InlineData("SELECT * FROM ks.values WHERE value = 0x00")]
    [InlineData("SELECT * FROM ks.wide WHERE a = 1")]
    [InlineData("SELECT * FROM ks.wide WHERE c = 1")]
    public void Rows_are_not_read_only_to_be_dropped_unless_that_is_allowed(string query)
    {
        var refused = Assert.Throws<CqlException>(() => Replica.Bind(query));
        Assert.StartsWith("Cannot execute this query as it might involve data filtering", refused.Message, StringComparison.Ordinal);
        Assert.IsType<ReadPlan>(Replica.Bind(query + " ALLOW FILTERING"));
    }

    [Theory]
    [InlineData("INSERT INTO ks.values (key) VALUES (?)", "ff", "String didn't validate.")]
    [InlineData("INSERT INTO ks.wide (a, b, c, d) VALUES (?, 'b', 1, 1)", "0000", "Expected 4 or 0 byte int (2)")]
    [InlineData("INSERT INTO ks.values (key) VALUES ('k') USING TIMESTAMP ?", "00", "Expected 8 or 0 byte long (1)")]
    [InlineData("SELECT * FROM ks.values WHERE key IN ?", "00000001", "Not enough bytes to read a list")]
    public void Bytes_that_are_no_value_of_their_type_are_refused(string query, string hex, string message) =>
        Assert.Equal(
            message,
            Assert.Throws<CqlException>(() => Replica.Bind(query, BoundValue.Of(Convert.FromHexString(hex)))).Message);

    [Fact]
    public void Before_5_0_nothing_may_expire_after_January_2038()
    {
        SingleReplica replica = new("CREATE TABLE ks.values (key text PRIMARY KEY, value blob)")
        {
            NowMicros = 1_600_000_000_000_000,
        };
        const string insert = "INSERT INTO ks.values (key, value) VALUES ('k', 0x00) USING TTL ";
        replica.Run(insert + "547483646");
        var refused = Assert.Throws<CqlException>(() => replica.Run(insert + "547483647"));
        Assert.Equal(
            "Request on table ks.values with ttl of 547483647 seconds exceeds maximum supported expiration date of "
            + "2038-01-19T03:14:06+00:00. In order to avoid this use a lower TTL, change the expiration date overflow policy "
            + "or upgrade to a version where this limitation is fixed. See CASSANDRA-14092 for more details.",
            refused.Message);
        replica.Profile = ServerProfile.Cassandra50;
        replica.Run(insert + "630720000");
    }

    [Theory]
    [InlineData("INSERT INTO system.local (key) VALUES ('local')")]
    [InlineData("TRUNCATE system_schema.tables")]
    [InlineData("DROP KEYSPACE system")]
    [InlineData("DROP KEYSPACE system_traces")]
    [InlineData("DROP TABLE system_traces.events")]
    public void The_system_s_own_tables_are_not_for_clients_to_change(string query) =>
        Assert.Equal(ErrorCode.Unauthorized, Assert.Throws<CqlException>(() => Replica.Run(query)).Code);
}
