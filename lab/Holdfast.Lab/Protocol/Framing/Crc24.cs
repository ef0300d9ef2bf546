namespace Holdfast.Lab.Protocol.Framing;

/// <summary>The checksum of a v5 segment's header (native_protocol_v5.spec 2.2): polynomial 0x1974F0B, starting at 0x875060.</summary>
internal static class Crc24
{
    private const int Initial = 0x875060;
    private const int Polynomial = 0x1974F0B;

    public static int Of(ReadOnlySpan<byte> bytes)
    {
        int crc = Initial;
        foreach (byte b in bytes)
        {
            crc ^= b << 16;
            for (int i = 0; i < 8; i++)
            {
                crc <<= 1;
                if ((crc & 0x1000000) != 0)
                {
                    crc ^= Polynomial;
                }
            }
        }

        return crc & 0xFFFFFF;
    }
}
