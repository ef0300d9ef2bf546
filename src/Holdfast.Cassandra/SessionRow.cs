using System.Buffers.Binary;
using Holdfast.Cql;

namespace Holdfast.Cassandra;

/// <summary>What stands beside a session's value in its row: value, TTL(value), WRITETIME(value). Numbers of another length are none.</summary>
internal static class SessionRow
{
    /// <summary>How many columns there are.</summary>
    public const int Columns = 3;

    /// <summary>Seconds that are left, zero for a value that does not expire. What has less than a second left was alive, and has one.</summary>
    public static int Ttl(CqlRows rows) =>
        rows.Column(1) is { Length: sizeof(int) } seconds ? Math.Max(1, BinaryPrimitives.ReadInt32BigEndian(seconds)) : 0;

    /// <summary>When it was written, in microseconds since 1970; null when that was not told.</summary>
    public static long? WriteTime(CqlRows rows) =>
        rows.Column(2) is { Length: sizeof(long) } microseconds ? BinaryPrimitives.ReadInt64BigEndian(microseconds) : null;
}
