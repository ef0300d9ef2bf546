using System.Text;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Types;

/// <summary>Whether bytes that a client sent can be a value of a type; and if not, Cassandra's words for it.</summary>
internal static class ValueValidator
{
    /// <returns>Why not, or null when they are a value.</returns>
    public static string? Refuse(CqlType type, ReadOnlySpan<byte> bytes) => type switch
    {
        NativeType native => Native(native.Kind, bytes),
        ListType list => Collection(bytes, "list", [list.Element]),
        SetType set => Collection(bytes, "set", [set.Element]),
        MapType map => Collection(bytes, "map", [map.Key, map.Value]),
        _ => null,
    };

    private static string? Native(NativeKind kind, ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length;
        return kind switch
        {
            NativeKind.Text when !System.Text.Unicode.Utf8.IsValid(bytes) => "String didn't validate.",
            NativeKind.Ascii when !Ascii.IsValid(bytes) => "Invalid byte for ascii",
            NativeKind.Int when length is not (0 or 4) => $"Expected 4 or 0 byte int ({length})",
            NativeKind.Bigint or NativeKind.Counter when length is not (0 or 8) => $"Expected 8 or 0 byte long ({length})",
            NativeKind.Timestamp when length is not (0 or 8) => $"Expected 8 or 0 byte long for date ({length})",
            NativeKind.Time when length != 8 => $"Expected 8 byte long for time ({length})",
            NativeKind.Date when length != 4 => $"Expected 4 byte long for date ({length})",
            NativeKind.Smallint when length != 2 => $"Expected 2 bytes for a smallint ({length})",
            NativeKind.Tinyint when length != 1 => $"Expected 1 byte for a tinyint ({length})",
            NativeKind.Boolean when length is not (0 or 1) => $"Expected 1 or 0 byte value ({length})",
            NativeKind.Float when length is not (0 or 4) => $"Expected 4 or 0 byte value for a float ({length})",
            NativeKind.Double when length is not (0 or 8) => $"Expected 8 or 0 byte value for a double ({length})",
            NativeKind.Inet when length is not (0 or 4 or 16) => $"unable to read inet address: addr is of illegal length ({length})",
            NativeKind.Uuid when length is not (0 or 16) => $"UUID should be 16 or 0 bytes ({length})",
            NativeKind.Timeuuid when length is not (0 or 16) => $"TimeUUID should be 16 or 0 bytes ({length})",
            NativeKind.Timeuuid when length == 16 && (bytes[6] & 0xF0) != 0x10 => "Invalid version for TimeUUID type.",
            _ => null,
        };
    }

    private static string? Collection(ReadOnlySpan<byte> bytes, string what, CqlType[] types)
    {
        if (CqlValue.Elements(bytes, types.Length) is not { } elements)
        {
            return $"Not enough bytes to read a {what}";
        }

        for (int i = 0; i < elements.Count; i++)
        {
            if (elements[i] is not { } element)
            {
                return "null is not supported inside collections";
            }

            if (Refuse(types[i % types.Length], element) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }
}
