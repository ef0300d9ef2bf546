using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Holdfast.Insight;

/// <summary>
/// SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012) under a key of this process: 64 bits that say
/// nothing of what was hashed to whoever does not have the key, and that nobody can make collide from outside.
/// </summary>
internal sealed class KeyedHash
{
    private readonly ulong _k0;
    private readonly ulong _k1;

    public KeyedHash(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, 16);
        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    /// <summary>Under a key that was drawn just now and is kept nowhere else.</summary>
    public static KeyedHash Random() => new(RandomNumberGenerator.GetBytes(16));

    public ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong v0 = _k0 ^ 0x736f6d6570736575;
        ulong v1 = _k1 ^ 0x646f72616e646f6d;
        ulong v2 = _k0 ^ 0x6c7967656e657261;
        ulong v3 = _k1 ^ 0x7465646279746573;
        ulong last = (ulong)bytes.Length << 56;
        while (bytes.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
            bytes = bytes[8..];
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }

        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xff;
        for (int i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
