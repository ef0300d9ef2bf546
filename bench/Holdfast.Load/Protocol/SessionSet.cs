using System.Buffers.Binary;

namespace Holdfast.Load.Protocol;

/// <summary>The sessions of a run: from a number and a seed, a key and a value, the same in every process.</summary>
/// <remarks>Values are random bytes, which no compression makes smaller: the least favourable to a store on disk.</remarks>
internal sealed class SessionSet
{
    public const int KeyLength = 32;

    private const int PoolLength = 1 << 20;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    private readonly byte[] _pool;
    private readonly ulong _seed;

    public SessionSet(int count, int valueBytes, ulong seed)
    {
        Count = count;
        ValueBytes = valueBytes;
        _seed = seed;
        _pool = GC.AllocateUninitializedArray<byte>(PoolLength + valueBytes, pinned: true);
        for (var i = 0; i + 8 <= _pool.Length; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_pool.AsSpan(i), Mix(seed + (ulong)i));
        }
    }

    public int Count { get; }

    public int ValueBytes { get; }

    /// <summary>As MediaWiki's: 32 letters and digits. Numbers from <see cref="Count"/> on are keys nobody stored.</summary>
    public void WriteKey(int number, Span<byte> destination)
    {
        var state = _seed ^ ((ulong)number << 20);
        for (var word = 0; word < 4; word++)
        {
            var bits = Mix(state + (ulong)word);
            for (var i = 0; i < 8; i++)
            {
                destination[(word * 8) + i] = (byte)Alphabet[(int)(bits & 31)];
                bits >>= 5;
            }
        }
    }

    public ReadOnlySpan<byte> Value(int number) =>
        _pool.AsSpan((int)(Mix(_seed ^ (ulong)number) % PoolLength), ValueBytes);

    /// <summary>SplitMix64's finalizer (Steele, Lea and Flood 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
