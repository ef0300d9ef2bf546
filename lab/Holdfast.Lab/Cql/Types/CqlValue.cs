using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Holdfast.Lab.Cql.Types;

/// <summary>Values of .NET as the bytes of CQL and back: for what the lab itself says, such as the system tables.</summary>
internal static class CqlValue
{
    public static byte[] Text(string value) => Encoding.UTF8.GetBytes(value);

    public static byte[] Boolean(bool value) => [value ? (byte)1 : (byte)0];

    public static byte[] Int(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Bigint(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Double(double value) => Bigint(BitConverter.DoubleToInt64Bits(value));

    public static byte[] Uuid(Guid value) => value.ToByteArray(bigEndian: true);

    public static byte[] Inet(IPAddress value) => value.GetAddressBytes();

    public static byte[] List(IReadOnlyCollection<byte[]> elements) => Collection(elements.Count, elements);

    /// <summary>Elements in the order of a set: by their bytes, which is right for the types that the lab puts in sets.</summary>
    public static byte[] Set(IReadOnlyCollection<byte[]> elements) =>
        List([.. elements.OrderBy(e => e, ByteOrder.Instance)]);

    public static byte[] Map(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var ordered = entries.OrderBy(e => e.Key, StringComparer.Ordinal).ToList();
        return Collection(ordered.Count, ordered.SelectMany(e => new[] { Text(e.Key), Text(e.Value) }));
    }

    public static byte[] Collection(int count, IEnumerable<byte[]?> parts)
    {
        using MemoryStream bytes = new();
        bytes.Write(Int(count));
        foreach (var part in parts)
        {
            bytes.Write(Int(part?.Length ?? -1));
            bytes.Write(part);
        }

        return bytes.ToArray();
    }

    /// <summary>The elements of a collection, or null when the bytes are none.</summary>
    /// <param name="bytes">The collection.</param>
    /// <param name="perEntry">Two for a map.</param>
    public static List<byte[]?>? Elements(ReadOnlySpan<byte> bytes, int perEntry = 1)
    {
        if (!TryReadInt(ref bytes, out int count) || count < 0 || (long)count * perEntry * sizeof(int) > bytes.Length)
        {
            return null;
        }

        List<byte[]?> elements = new(count * perEntry);
        for (int i = 0; i < count * perEntry; i++)
        {
            if (!TryReadInt(ref bytes, out int length) || length > bytes.Length)
            {
                return null;
            }

            elements.Add(length < 0 ? null : bytes[..length].ToArray());
            bytes = bytes[Math.Max(0, length)..];
        }

        return bytes.IsEmpty ? elements : null;
    }

    private static bool TryReadInt(ref ReadOnlySpan<byte> bytes, out int value)
    {
        if (!BinaryPrimitives.TryReadInt32BigEndian(bytes, out value))
        {
            return false;
        }

        bytes = bytes[sizeof(int)..];
        return true;
    }
}

/// <summary>Bytes without sign, as dictionaries have words.</summary>
internal sealed class ByteOrder : IComparer<byte[]>
{
    public static readonly ByteOrder Instance = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
