using System.Buffers.Binary;
using System.Numerics;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Types;

/// <summary>How values of a type are ordered: for clustering and for comparisons in WHERE.</summary>
internal static class ValueOrder
{
    public static int Compare(CqlType type, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            return a.Length.CompareTo(b.Length);
        }

        return type is NativeType native ? Native(native.Kind, a, b) : a.SequenceCompareTo(b);
    }

    private static int Native(NativeKind kind, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => kind switch
    {
        NativeKind.Int => BinaryPrimitives.ReadInt32BigEndian(a).CompareTo(BinaryPrimitives.ReadInt32BigEndian(b)),
        NativeKind.Bigint or NativeKind.Counter or NativeKind.Timestamp or NativeKind.Time =>
            BinaryPrimitives.ReadInt64BigEndian(a).CompareTo(BinaryPrimitives.ReadInt64BigEndian(b)),
        NativeKind.Smallint => BinaryPrimitives.ReadInt16BigEndian(a).CompareTo(BinaryPrimitives.ReadInt16BigEndian(b)),
        NativeKind.Tinyint => ((sbyte)a[0]).CompareTo((sbyte)b[0]),
        NativeKind.Float => BinaryPrimitives.ReadSingleBigEndian(a).CompareTo(BinaryPrimitives.ReadSingleBigEndian(b)),
        NativeKind.Double => BinaryPrimitives.ReadDoubleBigEndian(a).CompareTo(BinaryPrimitives.ReadDoubleBigEndian(b)),
        NativeKind.Varint => new BigInteger(a, isBigEndian: true).CompareTo(new BigInteger(b, isBigEndian: true)),
        NativeKind.Timeuuid => TimeUuid(a, b),
        _ => a.SequenceCompareTo(b),
    };

    /// <summary>By time first; the rest byte by byte with sign, as Cassandra compares it.</summary>
    private static int TimeUuid(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int byTime = TimeUuidTicks(a).CompareTo(TimeUuidTicks(b));
        if (byTime != 0)
        {
            return byTime;
        }

        for (int i = 8; i < 16; i++)
        {
            int order = ((sbyte)a[i]).CompareTo((sbyte)b[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>A version 1 UUID's time, in units of 100 ns since 1582-10-15.</summary>
    public static long TimeUuidTicks(ReadOnlySpan<byte> uuid)
    {
        long low = BinaryPrimitives.ReadUInt32BigEndian(uuid);
        long middle = BinaryPrimitives.ReadUInt16BigEndian(uuid[4..]);
        long high = BinaryPrimitives.ReadUInt16BigEndian(uuid[6..]) & 0x0FFF;
        return (high << 48) | (middle << 32) | low;
    }
}
