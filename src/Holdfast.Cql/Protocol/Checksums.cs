using System.IO.Hashing;

namespace Holdfast.Cql.Protocol;

/// <summary>The two checksums of a v5 segment (native_protocol_v5.spec, section 2.2).</summary>
internal static class Checksums
{
    private const uint Crc24Seed = 0x875060;
    private const uint Crc24Polynomial = 0x1974F0B;
    private static readonly byte[] s_crc32Preamble = [0xFA, 0x2D, 0x55, 0xCA];
    private static readonly uint[] s_crc24 = BuildCrc24();

    /// <summary>Of a segment's header, its bytes in the order they are sent.</summary>
    public static uint Crc24(ReadOnlySpan<byte> header)
    {
        uint crc = Crc24Seed;
        foreach (byte next in header)
        {
            crc = ((crc << 8) ^ s_crc24[((crc >> 16) ^ next) & 0xFF]) & 0xFFFFFF;
        }

        return crc;
    }

    /// <summary>Of a segment's payload, preceded by four bytes, so that zeros are seen.</summary>
    public static uint OfPayload(ReadOnlySpan<byte> payload)
    {
        Crc32 crc = t_crc32 ??= new Crc32();
        crc.Append(s_crc32Preamble);
        crc.Append(payload);
        Span<byte> hash = stackalloc byte[4];
        crc.GetHashAndReset(hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(hash);
    }

    [ThreadStatic]
    private static Crc32? t_crc32;

    private static uint[] BuildCrc24()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i << 16;
            for (int bit = 0; bit < 8; bit++)
            {
                crc <<= 1;
                crc ^= (crc & 0x1000000) != 0 ? Crc24Polynomial : 0;
            }

            table[i] = crc & 0xFFFFFF;
        }

        return table;
    }
}
