using System.Text;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Framing;
using Holdfast.Lab.Protocol.Requests;
using Holdfast.Lab.Protocol.Responses;
using Xunit;

namespace Holdfast.Lab.Tests.Protocol;

public sealed class SegmentTests
{
    private static readonly byte[] Options = Wire.Bytes("05 00 0009 05 00000000");

    /// <summary>Made with zlib in Python: zlib.crc32(payload, zlib.crc32(b'\xfa\x2d\x55\xca')); and the 24 bits by the same division written out there.</summary>
    [Fact]
    public void The_checksums_are_the_specification_s()
    {
        Assert.Equal(0xe2a261a7, Crc32.Of(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0xc1c8a4, Crc24.Of([0x09, 0x00, 0x02]));
    }

    [Fact]
    public void A_v5_connection_speaks_in_segments_once_STARTUP_is_answered()
    {
        Wire wire = new();
        _ = wire.Receive(Wire.StartupV5);
        Assert.False(wire.Protocol.IsSegmented);
        Assert.Equal(Wire.Hex("85 00 0001 02 00000000"), wire.SendHex(1, new ReadyResponse()));
        Assert.True(wire.Protocol.IsSegmented);

        byte[] segment = wire.Send(2, new VoidResponse());
        Assert.Equal(6 + 13 + 4, segment.Length);
        Assert.Equal(Wire.Bytes("0d0002"), segment[..3]);
        Assert.Equal(Wire.Bytes("85 00 0002 08 00000004 00000001"), segment[6..^4]);

        var inbound = Assert.Single(wire.Receive(Segment(Options)));
        Assert.IsType<OptionsRequest>(inbound.Request);
        Assert.Equal(9, inbound.Stream);
    }

    [Fact]
    public void One_segment_may_hold_many_frames_and_one_frame_many_segments()
    {
        var wire = Wire.Ready(5);
        Assert.Equal(3, wire.Receive(Segment([.. Options, .. Options, .. Options])).Count);
        byte[] large = LargePrepare(300_000);
        List<Inbound> inbound = [];
        byte[] segments = Segment(large);
        Assert.Equal(large.Length + (3 * 10), segments.Length);
        foreach (byte[] chunk in segments.Chunk(1000))
        {
            inbound.AddRange(wire.Receive(chunk));
        }

        Assert.Equal(300_000, Assert.IsType<PrepareRequest>(Assert.Single(inbound).Request).Query.Length);
    }

    [Fact]
    public void A_frame_beyond_the_limit_is_dropped_segment_by_segment_and_answered_and_the_connection_goes_on()
    {
        var wire = new Wire(5, frameMax: 150_000);
        _ = wire.Receive(Wire.StartupV5);
        _ = wire.Send(1, new ReadyResponse());
        byte[] frame = LargePrepare(149_983);
        Assert.Equal(150_000, frame.Length);
        Assert.IsType<PrepareRequest>(Assert.Single(wire.Receive(Segment(frame))).Request);

        byte[] segments = Segment(LargePrepare(149_984));
        Assert.Empty(wire.Receive(segments.AsSpan(..^10))); // its last segment is not whole
        var refused = Assert.Single(wire.Receive(segments.AsSpan(^10..)));
        Assert.Equal((ErrorCode.Invalid, (short)1, false), (refused.Refusal!.Code, refused.Stream, refused.IsFatal));
        Assert.Equal("Request is too big: length 150001 exceeds maximum allowed length 150000.", refused.Refusal.Message);
        Assert.IsType<OptionsRequest>(Assert.Single(wire.Receive(Segment(Options))).Request);
    }

    [Theory]
    [InlineData(0, "Read invalid header CRC")]
    [InlineData(7, "Read invalid frame payload CRC")]
    [InlineData(16, "Read invalid frame payload CRC")]
    public void A_wrong_checksum_ends_the_connection(int damaged, string message)
    {
        var wire = Wire.Ready(5);
        byte[] segment = Segment(Options);
        segment[damaged] ^= 1;
        var inbound = Assert.Single(wire.Receive(segment));
        Assert.True(inbound.IsFatal);
        Assert.StartsWith(message, inbound.Refusal!.Message, StringComparison.Ordinal);
        Assert.Empty(wire.Receive(Segment(Options)));
    }

    private static byte[] Segment(byte[] frames)
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        SegmentWriter.Write(output, frames);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] LargePrepare(int length)
    {
        byte[] frame = new byte[9 + 4 + length + 4];
        new FrameHeader(5, IsResponse: false, FrameFlags.None, 1, Opcode.Prepare, frame.Length - 9).Write(frame);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(9), length);
        frame.AsSpan(13, length).Fill((byte)'x');
        return frame;
    }
}
