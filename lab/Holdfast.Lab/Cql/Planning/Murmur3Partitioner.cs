using System.Buffers.Binary;
using System.Numerics;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>
/// Cassandra's Murmur3Partitioner: the first half of MurmurHash3 x64 128 with seed 0, except that the bytes after the last
/// whole block are taken with their sign (utils/MurmurHash.java), so that other implementations of the hash disagree
/// for keys with bytes above 127 there.
/// </summary>
internal static class Murmur3Partitioner
{
    /// <summary>As the system tables and drivers name it.</summary>
    public const string Name = "org.apache.cassandra.dht.Murmur3Partitioner";

    private const ulong C1 = 0x87C37B91114253D5;
    private const ulong C2 = 0x4CF5AD432745937F;

    public static long Token(ReadOnlySpan<byte> key)
    {
        // The least token is nobody's: it is what lies before the first.
        if (key.IsEmpty)
        {
            return long.MinValue;
        }

        long hash = Hash(key);
        return hash == long.MinValue ? long.MaxValue : hash;
    }

    private static long Hash(ReadOnlySpan<byte> key)
    {
        ulong h1 = 0;
        ulong h2 = 0;
        var rest = key;
        while (rest.Length >= 16)
        {
            h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(rest));
            h1 = (BitOperations.RotateLeft(h1, 27) + h2) * 5 + 0x52DCE729;
            h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            h2 = (BitOperations.RotateLeft(h2, 31) + h1) * 5 + 0x38495AB5;
            rest = rest[16..];
        }

        if (rest.Length > 8)
        {
            h2 ^= Mix2(SignedTail(rest[8..]));
        }

        if (rest.Length > 0)
        {
            h1 ^= Mix1(SignedTail(rest[..Math.Min(8, rest.Length)]));
        }

        h1 ^= (ulong)key.Length;
        h2 ^= (ulong)key.Length;
        h1 += h2;
        h2 += h1;
        return (long)(Finish(h1) + Finish(h2));
    }

    private static ulong SignedTail(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            value ^= (ulong)(long)(sbyte)bytes[i] << (8 * i);
        }

        return value;
    }

    private static ulong Mix1(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong Mix2(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Finish(ulong h)
    {
        h ^= h >> 33;
        h *= 0xFF51AFD7ED558CCD;
        h ^= h >> 33;
        h *= 0xC4CEB9FE1A85EC53;
        return h ^ (h >> 33);
    }
}
