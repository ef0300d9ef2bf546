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

    [Theory]
    [InlineData((int)ErrorCode.CdcWriteFailure, "00001600 0001 6d")]
    [InlineData((int)ErrorCode.IsBootstrapping, "00001002 0001 6d")]
    [InlineData((int)ErrorCode.TruncateError, "00001003 0001 6d")]
    [InlineData((int)ErrorCode.BadCredentials, "00000100 0001 6d")]
    public void Other_errors_are_their_code_and_their_message(int code, string body) =>
        Assert.Equal(Wire.Hex(body), Wire.Body(5, new ErrorResponse((ErrorCode)code, "m")));
}
