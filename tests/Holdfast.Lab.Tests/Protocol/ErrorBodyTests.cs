using System.Net;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Responses;
using Xunit;

namespace Holdfast.Lab.Tests.Protocol;

/// <summary>
/// What differs between the versions, by hand from native_protocol_v5.spec, section 8: after the code (4 bytes) and the message
/// (0001 6d, 'm') come the level (2), received (4), block for (4), and then what is said beside each.
/// </summary>
public sealed class ErrorBodyTests
{
    [Fact]
    public void A_CAS_write_s_timeout_tells_its_contentions_in_v5_only()
    {
        WriteTimeoutError timeout = new("m", ConsistencyLevel.Serial, 1, 2, "CAS", Contentions: 3);
        Assert.Equal(Wire.Hex("00001100 0001 6d 0008 00000001 00000002 0003 434153"), Wire.Body(4, timeout));
        Assert.Equal(Wire.Hex("00001100 0001 6d 0008 00000001 00000002 0003 434153 0003"), Wire.Body(5, timeout));
        Assert.Equal(
            Wire.Hex("00001100 0001 6d 0006 00000001 00000002 0006 53494d504c45"),
            Wire.Body(5, new WriteTimeoutError("m", ConsistencyLevel.LocalQuorum, 1, 2)));
    }

    [Fact]
    public void An_unknown_CAS_outcome_is_a_timeout_to_v4()
    {
        CasWriteUnknownError unknown = new("m", ConsistencyLevel.Serial, 1, 2);
        Assert.Equal(Wire.Hex("00001100 0001 6d 0008 00000001 00000002 0003 434153"), Wire.Body(4, unknown));
        Assert.Equal(Wire.Hex("00001700 0001 6d 0008 00000001 00000002"), Wire.Body(5, unknown));
    }

    /// <summary>Keyspace 'ks', function 'f', then a string list of one: 'int'.</summary>
    [Fact]
    public void A_function_s_failure_names_it_and_its_arguments() => Assert.Equal(
        Wire.Hex("00001400 0001 6d 0002 6b73 0001 66 0001 0003 696e74"),
        Wire.Body(4, new FunctionFailureError("m", "ks", "f", ["int"])));

    [Fact]
    public void A_challenge_is_bytes() => Assert.Equal(Wire.Hex("00000002 abcd"), Wire.Body(4, new AuthChallengeResponse([0xAB, 0xCD])));

    /// <summary>Level QUORUM (0004), 1 received, 2 needed; v4 says that one replica failed, v5 which (127.0.0.1, 4 bytes) and why.</summary>
    [Fact]
    public void A_failure_says_how_many_replicas_failed_and_in_v5_which_and_why()
    {
        FailedReplica[] failed = [new(IPAddress.Loopback, 1)];
        ReadFailureError read = new("m", ConsistencyLevel.Quorum, 1, 2, failed, DataPresent: true);
        Assert.Equal(Wire.Hex("00001300 0001 6d 0004 00000001 00000002 00000001 01"), Wire.Body(4, read));
        Assert.Equal(Wire.Hex("00001300 0001 6d 0004 00000001 00000002 00000001 04 7f000001 0001 01"), Wire.Body(5, read));

        WriteFailureError write = new("m", ConsistencyLevel.Quorum, 1, 2, failed, "BATCH");
        Assert.Equal(Wire.Hex("00001500 0001 6d 0004 00000001 00000002 00000001 0005 4241544348"), Wire.Body(4, write));
        Assert.Equal(Wire.Hex("00001500 0001 6d 0004 00000001 00000002 00000001 04 7f000001 0001 0005 4241544348"), Wire.Body(5, write));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void What_does_not_differ_between_the_versions(int version)
    {
        Assert.Equal(
            Wire.Hex("00001000 0001 6d 0006 00000002 00000001"), Wire.Body(version, new UnavailableError("m", ConsistencyLevel.LocalQuorum, 2, 1)));
        Assert.Equal(
            Wire.Hex("00001200 0001 6d 000a 00000000 00000001 00"),
            Wire.Body(version, new ReadTimeoutError("m", ConsistencyLevel.LocalOne, 0, 1, DataPresent: false)));
        Assert.Equal(Wire.Hex("00002400 0001 6d 0002 6b73 0001 74"), Wire.Body(version, new AlreadyExistsError("m", "ks", "t")));
        Assert.Equal(Wire.Hex("00002400 0001 6d 0002 6b73 0000"), Wire.Body(version, new AlreadyExistsError("m", "ks", "")));
        Assert.Equal(Wire.Hex("00002500 0001 6d 0003 abcdef"), Wire.Body(version, new UnpreparedError("m", [0xAB, 0xCD, 0xEF])));
        Assert.Equal(Wire.Hex("0001 61"), Wire.Body(version, new AuthenticateResponse("a")));
        Assert.Equal(Wire.Hex("ffffffff"), Wire.Body(version, new AuthSuccessResponse()));
    }

    [Theory]
    [InlineData((int)ErrorCode.ServerError, "00000000 0001 6d")]
    [InlineData((int)ErrorCode.ProtocolError, "0000000a 0001 6d")]
    [InlineData((int)ErrorCode.BadCredentials, "00000100 0001 6d")]
    [InlineData((int)ErrorCode.Overloaded, "00001001 0001 6d")]
    [InlineData((int)ErrorCode.IsBootstrapping, "00001002 0001 6d")]
    [InlineData((int)ErrorCode.TruncateError, "00001003 0001 6d")]
    [InlineData((int)ErrorCode.CdcWriteFailure, "00001600 0001 6d")]
    [InlineData((int)ErrorCode.Syntax, "00002000 0001 6d")]
    [InlineData((int)ErrorCode.Unauthorized, "00002100 0001 6d")]
    [InlineData((int)ErrorCode.Invalid, "00002200 0001 6d")]
    [InlineData((int)ErrorCode.Configuration, "00002300 0001 6d")]
    public void Other_errors_are_their_code_and_their_message(int code, string body)
    {
        Assert.Equal(Wire.Hex(body), Wire.Body(4, new ErrorResponse((ErrorCode)code, "m")));
        Assert.Equal(Wire.Hex(body), Wire.Body(5, new ErrorResponse((ErrorCode)code, "m")));
    }
}
