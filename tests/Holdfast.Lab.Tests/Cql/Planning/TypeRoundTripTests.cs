using Holdfast.Lab.Protocol;
using Xunit;
using static Holdfast.Lab.Tests.Cql.Planning.SingleReplica;

namespace Holdfast.Lab.Tests.Cql.Planning;

/// <summary>
/// Every type of the lab's language there and back: as a literal, behind a marker, behind a named marker, and as the key. The bytes are
/// the specification's (native_protocol_v4.spec, section 6), worked out by hand.
/// </summary>
public sealed class TypeRoundTripTests
{
    [Theory]
    [InlineData("text", "'é''s'", "c3a92773")]
    [InlineData("blob", "0xCAFE00", "cafe00")]
    [InlineData("blob", "0x", "")]
    [InlineData("boolean", "true", "01")]
    [InlineData("boolean", "FALSE", "00")]
    [InlineData("int", "-1", "ffffffff")]
    [InlineData("int", "2147483647", "7fffffff")]
    [InlineData("bigint", "-9223372036854775808", "8000000000000000")]
    [InlineData("bigint", "42", "000000000000002a")]
    [InlineData("timestamp", "1674593492000", "00000185e58cdc20")]
    [InlineData("timestamp", "'2023-01-24T20:51:32Z'", "00000185e58cdc20")]
    [InlineData("timestamp", "'2023-01-24 21:51:32+0100'", "00000185e58cdc20")]
    [InlineData("uuid", "5A1C395E-b41f-11e5-9f22-ba0be0483c18", "5a1c395eb41f11e59f22ba0be0483c18")]
    [InlineData("inet", "'192.168.0.1'", "c0a80001")]
    [InlineData("inet", "'::1'", "00000000000000000000000000000001")]
    public void A_value_comes_back_as_the_bytes_that_it_is(string type, string literal, string bytes)
    {
        SingleReplica replica = new($"CREATE TABLE ks.v (k int PRIMARY KEY, v {type})", $"CREATE TABLE ks.k (k {type} PRIMARY KEY, v int)");
        var bound = BoundValue.Of(Convert.FromHexString(bytes));
        replica.Run($"INSERT INTO ks.v (k, v) VALUES (1, {literal})");
        replica.Run("INSERT INTO ks.v (k, v) VALUES (2, ?)", bound);
        replica.Run("INSERT INTO ks.v (k, v) VALUES (3, :value)", bound);
        replica.Run("UPDATE ks.v SET v = :value WHERE k = 4", bound);
        foreach (var key in new[] { 1, 2, 3, 4 })
        {
            Assert.Equal(bytes, Convert.ToHexStringLower(replica.Run("SELECT v FROM ks.v WHERE k = ?", Int(key)).Rows[0][0]!));
        }

        if (bytes.Length == 0)
        {
            return; // no key is empty
        }

        replica.Run($"INSERT INTO ks.k (k, v) VALUES ({literal}, 7)");
        var row = Assert.Single(replica.Run("SELECT k, v FROM ks.k WHERE k = ?", bound).Rows);
        Assert.Equal((bytes, "00000007"), (Convert.ToHexStringLower(row[0]!), Convert.ToHexStringLower(row[1]!)));
        Assert.Equal("7", replica.Show($"SELECT v FROM ks.k WHERE k IN ({literal})"));
    }

    [Theory]
    [InlineData("SELECT v FROM ks.v WHERE k = :k", "SELECT v FROM ks.v WHERE k = ?")]
    [InlineData("SELECT v FROM ks.v WHERE k IN (:a, :b) LIMIT :most", "SELECT v FROM ks.v WHERE k IN (?, ?) LIMIT ?")]
    [InlineData("INSERT INTO ks.v (k, v) VALUES (:k, :v) USING TTL :ttl AND TIMESTAMP :at", "INSERT INTO ks.v (k, v) VALUES (?, ?) USING TTL ? AND TIMESTAMP ?")]
    public void Named_markers_are_what_unnamed_ones_are_with_names(string named, string unnamed)
    {
        SingleReplica replica = new("CREATE TABLE ks.v (k int PRIMARY KEY, v blob)");
        var (one, other) = (replica.Prepare(named).Variables.Specs, replica.Prepare(unnamed).Variables.Specs);
        Assert.Equal(other.Select(v => v.Type), one.Select(v => v.Type));
        Assert.Equal(named.Split(':').Skip(1).Select(n => string.Concat(n.TakeWhile(char.IsLetter))), one.Select(v => v.Name));
    }
}
