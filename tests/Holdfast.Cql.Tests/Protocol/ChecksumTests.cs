using Holdfast.Cql.Protocol;
using Xunit;

namespace Holdfast.Cql.Tests.Protocol;

public sealed class ChecksumTests
{
    /// <summary>A self-contained segment whose payload is 01: <c>01 00 02 72 56 AC 01 0B 2B 9B BA</c>.</summary>
    [Fact]
    public void The_known_segment_has_the_known_checksums()
    {
        Assert.Equal(0xAC5672, Bytes.Crc24(0x020001));
        Assert.Equal(0xBA9B2B0Bu, Checksums.OfPayload([0x01]));
    }

    [Fact]
    public void Crc24_is_that_of_the_definition_for_every_kind_of_header()
    {
        for (int header = 0; header < 1 << 18; header += 251)
        {
            Assert.Equal(BitByBit24(header), Bytes.Crc24(header));
        }
    }

    /// <summary>Lengths on both sides of where vector instructions take over.</summary>
    [Fact]
    public void Crc32_is_that_of_the_definition_for_every_length()
    {
        byte[] payload = new byte[300];
        new Random(20_230_124).NextBytes(payload);
        for (int length = 0; length <= payload.Length; length++)
        {
            Assert.Equal(BitByBit32([0xFA, 0x2D, 0x55, 0xCA, .. payload.AsSpan(0, length)]), Checksums.OfPayload(payload.AsSpan(0, length)));
        }
    }

    private static int BitByBit24(int header)
    {
        int crc = 0x875060;
        for (int i = 0; i < 24; i++)
        {
            // The bytes go lowest first, the bits of each highest first.
            int bit = (header >> ((i / 8 * 8) + 7 - (i % 8))) & 1;
            int top = (crc >> 23) & 1;
            crc = (crc << 1) & 0xFFFFFF;
            crc ^= (top ^ bit) == 1 ? 0x974F0B : 0;
        }

        return crc;
    }

    private static uint BitByBit32(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
