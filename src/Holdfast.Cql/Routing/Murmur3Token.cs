using System.Buffers.Binary;
using System.Numerics;

namespace Holdfast.Cql.Routing;

/// <summary>
/// The token of a partition key under Cassandra's Murmur3Partitioner: the first half of MurmurHash3 x64 128 (A. Appleby,
/// public domain) with seed 0, but with the last bytes taken as signed, which Cassandra has done since 1.2 and must keep.
/// </summary>
public static class Murmur3Token
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    /// <summary>The token of a serialized partition key.</summary>
    public static long Of(ReadOnlySpan<byte> key)
    {
        ulong h1 = 0;
        ulong h2 = 0;
        ReadOnlySpan<byte> rest = key;
        while (rest.Length >= 16)
        {
            ulong k1 = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            ulong k2 = BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]);
            rest = rest[16..];
            h1 ^= BitOperations.RotateLeft(k1 * C1, 31) * C2;
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= BitOperations.RotateLeft(k2 * C2, 33) * C1;
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
        }

        ulong t1 = 0;
        ulong t2 = 0;
        for (int i = rest.Length - 1; i >= 0; i--)
        {
            ulong signed = (ulong)(sbyte)rest[i];
            if (i >= 8)
            {
                t2 ^= signed << ((i - 8) * 8);
            }
            else
            {
                t1 ^= signed << (i * 8);
            }
        }

        h2 ^= BitOperations.RotateLeft(t2 * C2, 33) * C1;
        h1 ^= BitOperations.RotateLeft(t1 * C1, 31) * C2;
        h1 ^= (ulong)key.Length;
        h2 ^= (ulong)key.Length;
        h1 += h2;
        h2 += h1;
        h1 = Mix(h1);
        h2 = Mix(h2);
        h1 += h2;

        // Cassandra keeps the smallest value for its minimum token.
        return (long)h1 == long.MinValue ? long.MaxValue : (long)h1;
    }

    private static ulong Mix(ulong k)
    {
        k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
        k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
