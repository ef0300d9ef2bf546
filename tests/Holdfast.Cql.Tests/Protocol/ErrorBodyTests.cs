using System.Net;
using Holdfast.Cql.Protocol;
using Xunit;

namespace Holdfast.Cql.Tests.Protocol;

/// <summary>Every error of both versions with its fields, from bytes written down by hand (section 9 of the specifications).</summary>
public sealed class ErrorBodyTests
{
    private const string No = "0002 6E6F"; // no

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Errors_that_say_nothing_else_are_told_by_their_code(int version)
    {
        (string Code, ErrorBody Expected)[] all =
        [
            ("00000000", new ServerErrorBody("no")),
            ("0000000A", new ProtocolErrorBody("no")),
            ("00000100", new BadCredentialsBody("no")),
            ("00001001", new OverloadedBody("no")),
            ("00001002", new IsBootstrappingBody("no")),
            ("00001003", new TruncateErrorBody("no")),
            ("00001600", new CdcWriteFailureBody("no")),
            ("00002000", new SyntaxErrorBody("no")),
            ("00002100", new UnauthorizedBody("no")),
            ("00002200", new InvalidBody("no")),
            ("00002300", new ConfigErrorBody("no")),
            ("00004242", new UnknownErrorBody("no", 0x4242)),
        ];
        foreach ((string code, ErrorBody expected) in all)
        {
            Assert.Equal(expected, Read(version, code + No));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Unavailable_has_its_level_and_counts(int version) => Assert.Equal(
        new UnavailableBody("no", ConsistencyLevel.LocalQuorum, 2, 1), Read(version, "00001000" + No + "0006 00000002 00000001"));

    [Theory]
    [InlineData(4, "00", false)]
    [InlineData(5, "01", true)]
    [InlineData(5, "FF", true)]
    public void A_read_timeout_says_whether_data_was_there(int version, string present, bool expected) => Assert.Equal(
        new ReadTimeoutBody("no", ConsistencyLevel.Quorum, 1, 2, expected),
        Read(version, "00001200" + No + "0004 00000001 00000002" + present));

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_write_timeout_has_its_type(int version) => Assert.Equal(
        new WriteTimeoutBody("no", ConsistencyLevel.EachQuorum, 3, 4, "SIMPLE", null),
        Read(version, "00001100" + No + "0007 00000003 00000004 0006 53494D504C45"));

    /// <summary>v5 counts contentions of a CAS, v4 has no such field.</summary>
    [Fact]
    public void A_write_timeout_of_a_comparison_has_its_contentions_in_v5()
    {
        const string body = "00001100" + No + "0008 00000001 00000002 0003 434153";
        Assert.Equal(new WriteTimeoutBody("no", ConsistencyLevel.Serial, 1, 2, "CAS", null), Read(4, body));
        Assert.Equal(new WriteTimeoutBody("no", ConsistencyLevel.Serial, 1, 2, "CAS", 7), Read(5, body + "0007"));
    }

    [Fact]
    public void A_read_failure_counts_replicas_in_v4()
    {
        var read = Assert.IsType<ReadFailureBody>(Read(4, "00001300" + No + "0006 00000001 00000002 00000003 01"));

        Assert.Equal((ConsistencyLevel.LocalQuorum, 1, 2, 3, true), (read.Level, read.Received, read.Required, read.Failures, read.DataPresent));
        Assert.Empty(read.Reasons);
    }

    [Fact]
    public void A_read_failure_names_replicas_and_reasons_in_v5()
    {
        var read = Assert.IsType<ReadFailureBody>(Read(
            5, "00001300" + No + "0006 00000001 00000002 00000002 04 0A000001 0001 10 20010DB8000000000000000000000005 0003 00"));

        Assert.Equal((ConsistencyLevel.LocalQuorum, 1, 2, 2, false), (read.Level, read.Received, read.Required, read.Failures, read.DataPresent));
        Assert.Equal([Reason("10.0.0.1", 1), Reason("2001:db8::5", 3)], read.Reasons);
    }

    [Fact]
    public void A_write_failure_counts_replicas_in_v4()
    {
        var read = Assert.IsType<WriteFailureBody>(Read(4, "00001500" + No + "000A 00000000 00000001 00000001 0005 4241544348"));

        Assert.Equal((ConsistencyLevel.LocalOne, 0, 1, 1, "BATCH"), (read.Level, read.Received, read.Required, read.Failures, read.WriteType));
        Assert.Empty(read.Reasons);
    }

    [Fact]
    public void A_write_failure_names_replicas_and_reasons_in_v5()
    {
        var read = Assert.IsType<WriteFailureBody>(Read(5, "00001500" + No + "000A 00000000 00000001 00000001 04 0A000002 0000 0006 53494D504C45"));

        Assert.Equal((ConsistencyLevel.LocalOne, 0, 1, 1, "SIMPLE"), (read.Level, read.Received, read.Required, read.Failures, read.WriteType));
        Assert.Equal([Reason("10.0.0.2", 0)], read.Reasons);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_function_failure_names_the_function(int version)
    {
        var read = Assert.IsType<FunctionFailureBody>(Read(version, "00001400" + No + "0002 6B73 0001 66 0002 0003 696E74 0004 74657874"));

        Assert.Equal(("ks", "f"), (read.Keyspace, read.Function));
        Assert.Equal(["int", "text"], read.Arguments);
    }

    [Fact]
    public void A_comparison_whose_outcome_is_unknown_has_its_counts() => Assert.Equal(
        new CasWriteUnknownBody("no", ConsistencyLevel.LocalSerial, 1, 2), Read(5, "00001700" + No + "0009 00000001 00000002"));

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void What_exists_already_is_named(int version) => Assert.Equal(
        new AlreadyExistsBody("no", "ks", ""), Read(version, "00002400" + No + "0002 6B73 0000"));

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void What_is_unprepared_is_named(int version) => Assert.Equal(
        Bytes.Hex("ABCDEF"), Assert.IsType<UnpreparedBody>(Read(version, "00002500" + No + "0003 ABCDEF")).Id);

    /// <summary>What comes after the fields is for later versions of the protocol, and is passed over.</summary>
    [Fact]
    public void More_than_is_known_is_no_mistake() => Assert.Equal(
        new UnavailableBody("no", ConsistencyLevel.One, 1, 0), Read(5, "00001000" + No + "0001 00000001 00000000 DEADBEEF"));

    /// <summary>Every body cut short at every byte.</summary>
    [Theory]
    [InlineData(4, "00001000" + No + "0006 00000002 00000001")]
    [InlineData(4, "00001300" + No + "0006 00000001 00000002 00000003 01")]
    [InlineData(5, "00001300" + No + "0006 00000001 00000002 00000001 04 0A000001 0001 01")]
    [InlineData(5, "00001500" + No + "000A 00000000 00000001 00000001 04 0A000002 0000 0006 53494D504C45")]
    [InlineData(5, "00001400" + No + "0002 6B73 0001 66 0001 0003 696E74")]
    [InlineData(5, "00002500" + No + "0003 ABCDEF")]
    public void Half_an_error_is_a_protocol_error(int version, string body)
    {
        byte[] whole = Bytes.Hex(body);
        _ = Read(version, body);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<ProtocolException>(() => Read(version, Convert.ToHexString(whole.AsSpan(0, length))));
        }
    }

    private static KeyValuePair<IPAddress, int> Reason(string address, int code) => new(IPAddress.Parse(address), code);

    private static ErrorBody Read(int version, string hex)
    {
        byte[] body = Bytes.Hex(hex);
        EnvelopeReader reader = new(1 << 20);
        byte[] envelope = [(byte)(0x80 | version), 0, 0, 1, 0, 0, 0, 0, (byte)body.Length, .. body];
        envelope.CopyTo(reader.GetMemory());
        reader.Advance(envelope.Length);
        Assert.True(reader.TryRead(out Envelope read));
        return Responses.ReadError(read);
    }
}
