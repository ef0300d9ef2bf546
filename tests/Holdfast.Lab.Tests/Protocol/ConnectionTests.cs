using System.Buffers;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Framing;
using Holdfast.Lab.Protocol.Requests;
using Holdfast.Lab.Protocol.Responses;
using Xunit;

namespace Holdfast.Lab.Tests.Protocol;

public sealed class ConnectionTests
{
    [Theory]
    [InlineData("42 00 0000 01 00000000", "Invalid or unsupported protocol version (66); supported versions are (4/v4, 5/v5)")]
    [InlineData("06", "Invalid or unsupported protocol version (6); supported versions are (4/v4, 5/v5)")]
    [InlineData("03 00 0000 01 00000000", "Invalid or unsupported protocol version (3); supported versions are (4/v4, 5/v5)")]
    [InlineData("84 00 0000 01 00000000", "Wrong protocol direction: a response was sent to a server")]
    [InlineData("04 00 0000 7f 00000000", "Unknown opcode 127")]
    public void What_is_no_frame_is_refused_and_ends_the_connection(string hex, string message)
    {
        Wire wire = new();
        var inbound = Assert.Single(wire.Receive(hex));
        Assert.True(inbound.IsFatal);
        Assert.Equal(ErrorCode.ProtocolError, inbound.Refusal!.Code);
        Assert.Equal(message, inbound.Refusal.Message);
        Assert.Empty(wire.Receive(Wire.StartupV4));
    }

    [Fact]
    public void A_too_new_version_is_refused_in_the_newest_one_known_so_that_a_driver_can_go_down()
    {
        Wire wire = new(versionMax: 4);
        var inbound = Assert.Single(wire.Receive(Wire.StartupV5));
        Assert.StartsWith("84", wire.SendHex(inbound.Stream, inbound.Refusal!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("04 00 0002 07 00000000", "Unexpected message QUERY, expecting STARTUP or OPTIONS")]
    [InlineData("04 00 0002 01 00000002 0000", "Missing value CQL_VERSION in STARTUP message")]
    [InlineData("04 01 0002 05 00000000", "Received a compressed frame, but no compression was agreed upon")]
    public void A_request_out_of_place_is_refused_and_the_connection_goes_on(string hex, string message)
    {
        Wire wire = new();
        var inbound = Assert.Single(wire.Receive(hex));
        Assert.False(inbound.IsFatal);
        Assert.Equal(2, inbound.Stream);
        Assert.Equal(message, inbound.Refusal!.Message);
        Assert.IsType<StartupRequest>(Assert.Single(wire.Receive(Wire.StartupV4)).Request);
    }

    [Fact]
    public void Who_has_to_authenticate_can_do_nothing_else()
    {
        Wire wire = new();
        _ = wire.Receive(Wire.StartupV4);
        _ = wire.Send(1, new AuthenticateResponse("org.apache.cassandra.auth.PasswordAuthenticator"));
        var refused = Assert.Single(wire.Receive("04 00 0003 05 00000000"));
        Assert.Equal("Unexpected message OPTIONS, expecting AUTH_RESPONSE", refused.Refusal!.Message);
        var token = Assert.IsType<AuthResponseRequest>(
            Assert.Single(wire.Receive("04 00 0003 0f 00000008 | 00000004 00750070")).Request).Token;
        Assert.Equal([0, 0x75, 0, 0x70], token);
        _ = wire.Send(3, new AuthSuccessResponse());
        Assert.True(wire.Protocol.IsReady);
        Assert.IsType<OptionsRequest>(Assert.Single(wire.Receive("04 00 0004 05 00000000")).Request);
    }

    [Fact]
    public void A_connection_keeps_its_version()
    {
        var inbound = Assert.Single(Wire.Ready(4).Receive("05 00 0001 05 00000000"));
        Assert.True(inbound.IsFatal);
        Assert.Equal("Invalid message version. Got 5/v5 but previous messages on this connection had version 4/v4", inbound.Refusal!.Message);
    }

    [Fact]
    public void A_body_that_is_too_big_is_refused_unread_and_the_connection_goes_on()
    {
        ServerProtocol protocol = new(new ProtocolLimits(FrameMax: 109, VersionMax: 4));
        protocol.Append(Wire.Bytes("04 00 0005 07 00000065"));
        protocol.Append(new byte[100]);
        Assert.False(protocol.TryRead(out _)); // Cassandra answers once the last byte of it has come
        protocol.Append(new byte[1]);
        Assert.True(protocol.TryRead(out var refused));
        Assert.Equal("Request is too big: length 110 exceeds maximum allowed length 109.", refused.Refusal!.Message);
        Assert.Equal((ErrorCode.Invalid, (short)5, false), (refused.Refusal.Code, refused.Stream, refused.IsFatal));
        Assert.False(protocol.TryRead(out _));
        protocol.Append(Wire.Bytes(Wire.StartupV4));
        Assert.True(protocol.TryRead(out var startup));
        Assert.IsType<StartupRequest>(startup.Request);
    }

    [Fact]
    public void A_message_of_just_the_limit_header_and_all_is_read()
    {
        ServerProtocol protocol = new(new ProtocolLimits(FrameMax: 31, VersionMax: 4));
        protocol.Append(Wire.Bytes(Wire.StartupV4));
        Assert.True(protocol.TryRead(out var startup));
        Assert.IsType<StartupRequest>(startup.Request);
        Assert.Equal(31, Wire.Bytes(Wire.StartupV4).Length);

        ServerProtocol smaller = new(new ProtocolLimits(FrameMax: 30, VersionMax: 4));
        smaller.Append(Wire.Bytes(Wire.StartupV4));
        Assert.True(smaller.TryRead(out var refused));
        Assert.Equal("Request is too big: length 31 exceeds maximum allowed length 30.", refused.Refusal!.Message);
    }

    [Fact]
    public void A_length_has_no_sign_on_the_bare_connection_and_one_inside_segments()
    {
        var bare = Wire.Ready(4);
        Assert.Empty(bare.Receive("04 00 0002 07 ffffffff")); // 4 GiB less one byte, which are waited for and dropped
        Assert.Empty(bare.Receive("04 00 0003 05 00000000"));

        var segmented = Wire.Ready(5);
        ArrayBufferWriter<byte> segment = new();
        SegmentWriter.Write(segment, Wire.Bytes("05 00 0002 07 ffffffff"));
        var refused = Assert.Single(segmented.Receive(segment.WrittenSpan));
        Assert.True(refused.IsFatal);
        Assert.Equal("Invalid value for envelope header body length field: -1", refused.Refusal!.Message);
    }
}
