using System.IO.Hashing;
using System.Text;

namespace Holdfast.Lab.Simulation;

/// <summary>
/// SplitMix64: small, and the same on every runtime and version. <see cref="Fork"/> gives each consumer a stream of its own,
/// so that one more draw in one place does not change what happens everywhere else.
/// </summary>
internal sealed class Randomness(ulong seed)
{
    private readonly ulong seed = seed;
    private ulong state = seed;

    public Randomness Fork(string name) =>
        new(XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(name), unchecked((long)seed)));

    public ulong NextUInt64()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public long NextInt64() => unchecked((long)NextUInt64());

    /// <summary>In [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>In [0, bound).</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)(NextUInt64() % (ulong)bound);
    }

    public bool Chance(double probability) => probability > 0 && NextDouble() < probability;

    public TimeSpan Between(TimeSpan from, TimeSpan to) => from + ((to - from) * NextDouble());

    /// <summary>Exponentially distributed around the mean, cut off at ten times the mean.</summary>
    public TimeSpan Exponential(TimeSpan mean) => mean * Math.Min(10, -Math.Log(1 - NextDouble()));

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    public Guid NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, NextUInt64());
        BitConverter.TryWriteBytes(bytes[8..], NextUInt64());
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes);
    }
}
