using Holdfast.Lab.Cql.Types;
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
    private int uuidsMade;

    public IReadOnlyList<BoundValue> Values { get; } = values;

    public ServerProfile Profile { get; } = profile;

    public long NowMicros { get; } = nowMicros;

    public long NowSeconds => NowMicros / 1_000_000;

    /// <summary>What a write without USING TIMESTAMP is stamped with.</summary>
    public long Timestamp { get; } = clientTimestamp ?? nowMicros;

    /// <summary>A version 1 UUID of this moment, another each time.</summary>
    public byte[] NewTimeUuid() => TimeUuid.Of((NowMicros * 10) + uuidsMade++, nodeId);
}
