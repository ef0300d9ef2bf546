using Holdfast.Lab.Faults;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Faults;

/// <summary>
/// `failing` gives every error of the protocol, with the failed request's own level and what it needed: here of three replicas,
/// LOCAL_QUORUM (0006) needs two, ALL (0005) three. By hand from native_protocol_v4.spec and v5, section 9.
/// </summary>
public sealed class FailingFaultTests
{
    private const string Address = "047f000101"; // 127.0.1.1, as v5 names the replica that failed

    private readonly FrameLab lab = new();

    [Theory]
    [InlineData("server-error", 0x0000, "", "")]
    [InlineData("protocol-error", 0x000A, "", "")]
    [InlineData("bad-credentials", 0x0100, "", "")]
    [InlineData("unavailable", 0x1000, "0005 00000003 00000002", null)]
    [InlineData("overloaded", 0x1001, "", "")]
    [InlineData("bootstrapping", 0x1002, "", "")]
    [InlineData("truncate-error", 0x1003, "", "")]
    [InlineData("write-timeout", 0x1100, "0005 00000002 00000003 0006 53494d504c45", null)]
    [InlineData("read-timeout", 0x1200, "0005 00000002 00000003 00", null)]
    [InlineData("read-failure", 0x1300, "0005 00000002 00000003 00000001 00", "0005 00000002 00000003 00000001 " + Address + " 0001 00")]
    [InlineData("function-failure", 0x1400, "0003 6c6162 0005 6661696c73 0001 0004 74657874", null)]
    [InlineData("write-failure", 0x1500, "0005 00000002 00000003 00000001 0006 53494d504c45", "0005 00000002 00000003 00000001 " + Address + " 0000 0006 53494d504c45")]
    [InlineData("cdc-write-failure", 0x1600, "", "")]
    [InlineData("cas-write-unknown", 0x1700, "v4: 00001100 0005 00000002 00000003 0003 434153", "0005 00000002 00000003")]
    [InlineData("syntax-error", 0x2000, "", "")]
    [InlineData("unauthorized", 0x2100, "", "")]
    [InlineData("invalid", 0x2200, "", "")]
    [InlineData("config-error", 0x2300, "", "")]
    [InlineData("already-exists", 0x2400, "0003 6c6162 0003 6c6162", null)]
    [InlineData("unprepared", 0x2500, "0010 00000000000000000000000000000000", null)]
    public void Every_error_can_be_had_with_the_request_s_own_level(string kind, int code, string fields, string? fieldsV5)
    {
        lab.Cluster.Fault("failing", 0, ("kind", kind));
        foreach (byte version in new byte[] { 4, 5 })
        {
            var client = lab.Connected(0, version);
            var expected = version == 4 ? fields : fieldsV5 ?? fields;
            var expectedCode = code;
            if (expected.StartsWith("v4: ", StringComparison.Ordinal))
            {
                expectedCode = Convert.ToInt32(expected[4..12], 16);
                expected = expected[12..];
            }

            var error = lab.Ask(client, client.Query("SELECT value FROM s.t WHERE key = 'a'", 5), FrameLab.Error);
            Assert.Equal((version, expectedCode), (version, error.Code));
            Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), FrameLab.FieldsOf(error));
        }
    }

    [Fact]
    public void There_is_no_kind_of_error_that_is_not_tested_here()
    {
        var tested = typeof(FailingFaultTests).GetMethod(nameof(Every_error_can_be_had_with_the_request_s_own_level))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>().Select(d => (string)d.Data[0]!);
        Assert.Equal(InventedFailures.Names, tested);
    }

    [Theory]
    [InlineData(6, "0006 00000001 00000002")]
    [InlineData(1, "0001 00000000 00000001")]
    [InlineData(8, "0008 00000001 00000002")]
    public void A_timeout_that_nothing_caused_looks_like_one_of_its_request(ushort level, string fields)
    {
        var id = lab.Ask(lab.Client.Prepare("SELECT value FROM s.t WHERE key = 'a'"), FrameLab.Result).PreparedId;
        lab.Cluster.Fault("failing", 0, ("kind", "read-timeout"));
        var error = lab.Ask(lab.Client.Execute(id, level), FrameLab.Error);
        Assert.Equal((fields + " 00").Replace(" ", "", StringComparison.Ordinal), FrameLab.FieldsOf(error));
    }

    [Fact]
    public void A_failure_says_in_its_message_and_in_its_map_the_same_reason()
    {
        lab.Cluster.Fault("failing", 0, ("kind", "read-failure"));
        var error = lab.Ask(lab.Client.Query("SELECT value FROM s.t WHERE key = 'a'"), FrameLab.Error);
        Assert.Equal("Operation failed - received 1 responses and 1 failures: READ_TOO_MANY_TOMBSTONES from /127.0.1.1:7000", error.Message);
    }
}
