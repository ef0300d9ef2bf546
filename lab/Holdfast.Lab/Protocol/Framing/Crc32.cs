namespace Holdfast.Lab.Protocol.Framing;

/// <summary>The checksum of a v5 segment's payload: zlib's CRC-32, fed four fixed bytes first (native_protocol_v5.spec 2.2).</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[][] Tables = BuildTables();
    private static readonly uint Seeded = Update(uint.MaxValue, [0xFA, 0x2D, 0x55, 0xCA]);

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Update(Seeded, bytes);

    /// <summary>Four bytes at a time: a table for each place.</summary>
    private static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(uint))
        {
            crc ^= System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            crc = Tables[3][crc & 0xFF] ^ Tables[2][(crc >> 8) & 0xFF] ^ Tables[1][(crc >> 16) & 0xFF] ^ Tables[0][crc >> 24];
            bytes = bytes[sizeof(uint)..];
        }

        foreach (byte b in bytes)
        {
            crc = Tables[0][(crc ^ b) & 0xFF] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[][] BuildTables()
    {
        var tables = new uint[4][];
        tables[0] = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }

            tables[0][i] = crc;
        }

        for (int place = 1; place < tables.Length; place++)
        {
            tables[place] = [.. tables[place - 1].Select(crc => (crc >> 8) ^ tables[0][crc & 0xFF])];
        }

        return tables;
    }
}
