using System.Buffers;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Framing;
using Xunit;

namespace Holdfast.Lab.Tests.Protocol;

/// <summary>Lengths and counts that promise what does not come.</summary>
public sealed class LyingLengthTests
{
    /// <summary>
    /// One byte of payload: the header's 24 bits are length 1 and bit 17, so 01 00 02; then their CRC24, 0xAC5672, and the
    /// CRC32 of FA 2D 55 CA 01, 0xBA9B2B0B, all least significant byte first.
    /// </summary>
    [Fact]
    public void A_segment_of_one_byte_is_known_to_the_bit()
    {
        ArrayBufferWriter<byte> output = new();
        SegmentWriter.Write(output, [0x01]);
        Assert.Equal(Wire.Hex("01 00 02 72 56 ac 01 0b 2b 9b ba"), Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Theory]
    [InlineData("ffffffff")]
    [InlineData("7fffffff")]
    [InlineData("7ffffff7")]
    [InlineData("10000001")]
    public void The_longest_body_that_can_be_claimed_is_skipped(string length)
    {
        var wire = Wire.Ready(4);
        Assert.Empty(wire.Receive($"04 00 0005 07 {length}"));
        for (var i = 0; i < 100; i++)
        {
            Assert.Empty(wire.Receive(new byte[10_000])); // all of it is the body
        }
    }

    [Theory]
    [InlineData("04 00 0002 07 0000000c | 00000001 53 0006 01 ffff 0000")] // 65,535 values
    [InlineData("04 00 0002 07 0000000c | 00000001 53 0006 41 ffff 0000")] // with names
    [InlineData("04 00 0002 07 00000008 | 7fffffff 53 0006 00")] // a query of 2 GB
    [InlineData("04 00 0002 0b 00000002 | ffff")] // 65,535 events
    [InlineData("04 04 0002 07 00000002 | ffff")] // a payload of 65,535 entries
    public void A_count_without_its_things_is_refused_and_costs_nothing(string hex)
    {
        var wire = Wire.Ready(4);
        var bytes = Wire.Bytes(hex);
        Assert.Equal(ErrorCode.ProtocolError, Assert.Single(wire.Receive(bytes)).Refusal!.Code);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            _ = wire.Receive(bytes);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000);
    }

    [Fact]
    public void A_body_that_never_comes_holds_no_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Assert.Empty(Wire.Ready(4).Receive("04 00 0002 07 0f000000 | 0f000000 53"));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }
}
