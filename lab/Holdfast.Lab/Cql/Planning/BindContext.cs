using System.Buffers.Binary;
using Holdfast.Lab.Protocol;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>What a statement is executed with. One statement, one context.</summary>
/// <param name="values">For the bind markers, in their order.</param>
/// <param name="nowMicros">The coordinator's clock, in microseconds since 1970.</param>
/// <param name="clientTimestamp">The timestamp that the client gave the request, if any.</param>
/// <param name="profile">Which Cassandra this is.</param>
/// <param name="nodeId">For UUIDs that are made here: which node made them, 48 bits.</param>
internal sealed class BindContext(
    IReadOnlyList<BoundValue> values, long nowMicros, long? clientTimestamp, ServerProfile profile, long nodeId = 0)
{
    /// <summary>From 1582-10-15 to 1970-01-01, in units of 100 ns.</summary>
    private const long UuidEpochTicks = 0x01B21DD213814000;

    private int uuidsMade;

    public IReadOnlyList<BoundValue> Values { get; } = values;

    public ServerProfile Profile { get; } = profile;

    public long NowMicros { get; } = nowMicros;

    public long NowSeconds => NowMicros / 1_000_000;

    /// <summary>What a write without USING TIMESTAMP is stamped with.</summary>
    public long Timestamp { get; } = clientTimestamp ?? nowMicros;

    /// <summary>A version 1 UUID of this moment, another each time.</summary>
    public byte[] NewTimeUuid()
    {
        ulong ticks = (ulong)((NowMicros * 10) + UuidEpochTicks + uuidsMade++);
        var uuid = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(uuid, (uint)ticks);
        BinaryPrimitives.WriteUInt16BigEndian(uuid.AsSpan(4), (ushort)(ticks >> 32));
        BinaryPrimitives.WriteUInt16BigEndian(uuid.AsSpan(6), (ushort)(((ticks >> 48) & 0x0FFF) | 0x1000));
        BinaryPrimitives.WriteInt64BigEndian(uuid.AsSpan(8), nodeId & 0x0000FFFFFFFFFFFF);
        uuid[8] = 0x80;
        return uuid;
    }

    public static long UnixMilliseconds(ReadOnlySpan<byte> timeUuid) =>
        (Types.ValueOrder.TimeUuidTicks(timeUuid) - UuidEpochTicks) / 10_000;
}
