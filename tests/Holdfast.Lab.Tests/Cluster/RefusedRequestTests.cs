using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

/// <summary>What the lab does not do is said in words, and the connection goes on.</summary>
public sealed class RefusedRequestTests
{
    private const byte Batch = 0x0D;

    private readonly FrameLab lab = new();

    [Theory]
    [InlineData("SELECT value FROM s.t WHERE key = 'a'", 8, "Serial reads are not part of the lab")]
    [InlineData("SELECT value FROM s.t WHERE key = 'a'", 9, "Serial reads are not part of the lab")]
    [InlineData("SELECT value FROM s.t WHERE key = 'a'", 0, "ANY ConsistencyLevel is only supported for writes")]
    [InlineData("DELETE FROM s.t WHERE key = 'a'", 8, "You must use conditional updates for serializable writes")]
    [InlineData("INSERT INTO s.t (key) VALUES ('a')", 9, "You must use conditional updates for serializable writes")]
    public void A_level_that_does_not_fit_is_refused_when_the_statement_is_executed(string statement, ushort level, string told)
    {
        var prepared = lab.Ask(lab.Client.Prepare(statement), FrameLab.Result).PreparedId;
        var refused = lab.Ask(lab.Client.Query(statement, level), FrameLab.Error);
        Assert.Equal((0x2200, told), (refused.Code, refused.Message));
        Assert.Equal(told, lab.Ask(lab.Client.Execute(prepared, level), FrameLab.Error).Message);
        Assert.Equal(0, lab.Cluster[0].Process!.Gate.InFlight);
        lab.Ask(lab.Client.Query("SELECT value FROM s.t WHERE key = 'a'"), FrameLab.Result);
    }

    /// <summary>Type 0, one query without values, level 1, no flags: native_protocol_v4.spec 4.1.7.</summary>
    [Theory]
    [InlineData(4, "00 0001 00 00000001 53 0000 0001 00")]
    [InlineData(5, "00 0001 00 00000001 53 0000 0001 00000000")]
    [InlineData(4, "")]
    public void A_BATCH_is_refused_politely(byte version, string body)
    {
        var client = lab.Connected(1, version);
        var refused = lab.Ask(client, client.Ask(Batch, Convert.FromHexString(body.Replace(" ", "", StringComparison.Ordinal))), FrameLab.Error);
        Assert.Equal((0x2200, "BATCH is not part of the lab"), (refused.Code, refused.Message));
        Assert.Null(client.Ended);
        lab.Ask(client, client.Query("SELECT value FROM s.t WHERE key = 'a'"), FrameLab.Result);
        Assert.Equal(0, lab.Cluster[1].Process!.Gate.InFlight);
    }

    [Theory]
    [InlineData("key", 2)]
    [InlineData("kye", 0x2200)]
    public void A_marker_whose_name_nobody_gave_is_refused(string name, int code)
    {
        var answer = lab.Ask(lab.Client, lab.Client.QueryNamed("SELECT * FROM s.t WHERE key = :key", (name, "a")));
        Assert.Equal(code, answer.Code);
        if (answer.IsError)
        {
            Assert.Equal("Invalid amount of bind variables", answer.Message);
        }
    }

    [Fact]
    public void Of_a_name_given_twice_the_first_value_counts()
    {
        lab.Ask(lab.Client.Query("INSERT INTO s.t (key, value) VALUES ('one', 0x01)"), FrameLab.Result);
        var found = lab.Ask(lab.Client, lab.Client.QueryNamed("SELECT key FROM s.t WHERE key = :key", ("key", "one"), ("key", "two")));
        Assert.EndsWith("one", found.Printable, StringComparison.Ordinal);
    }
}
