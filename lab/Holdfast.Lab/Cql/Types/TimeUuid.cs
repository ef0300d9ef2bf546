using System.Buffers.Binary;

namespace Holdfast.Lab.Cql.Types;

/// <summary>UUIDs of version 1: a moment, and the node that named it.</summary>
internal static class TimeUuid
{
    /// <summary>From 1582-10-15 to 1970-01-01, in units of 100 ns.</summary>
    private const long Epoch = 0x01B21DD213814000;

    /// <param name="unixTicks">The moment, in units of 100 ns since 1970.</param>
    /// <param name="node">Of 48 bits.</param>
    public static byte[] Of(long unixTicks, long node)
    {
        ulong ticks = (ulong)(unixTicks + Epoch);
        var uuid = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(uuid, (uint)ticks);
        BinaryPrimitives.WriteUInt16BigEndian(uuid.AsSpan(4), (ushort)(ticks >> 32));
        BinaryPrimitives.WriteUInt16BigEndian(uuid.AsSpan(6), (ushort)(((ticks >> 48) & 0x0FFF) | 0x1000));
        BinaryPrimitives.WriteInt64BigEndian(uuid.AsSpan(8), node & 0x0000FFFFFFFFFFFF);
        uuid[8] = 0x80;
        return uuid;
    }

    public static long UnixMilliseconds(ReadOnlySpan<byte> uuid) => (ValueOrder.TimeUuidTicks(uuid) - Epoch) / 10_000;
}
