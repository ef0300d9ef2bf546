using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdfast.Insight.Workload;

/// <summary>
/// Where a pattern's first group is in a key. A match costs microseconds, a string and an object, and a session is asked for more than once: where the
/// group was is kept for the keys that came last. Of fixed size; whoever comes later takes the place. Thread-safe without a lock: an
/// entry is one word.
/// </summary>
/// <remarks>
/// An entry has 40 bits of the key's hash, of which 16 others choose the place; where the group begins in 12 bits and its length in 12. Two
/// keys are taken for one another once in 10¹², and then a request is counted in another's namespace. Longer keys are not kept.
/// </remarks>
/// <param name="pattern">With a group.</param>
/// <param name="seed">Of the hash, so that nobody outside can choose keys that push each other out.</param>
internal sealed class NamespacePattern(Regex pattern, long seed)
{
    private const int Places = 1 << 16; // 512 KiB
    private const int Bits = 12;
    private const int KeyBytesMax = (1 << Bits) - 1;
    private const ulong Tag = ulong.MaxValue << (2 * Bits);

    private readonly ulong[] _entries = new ulong[Places];

    /// <summary>The group within the key; empty where the pattern finds none.</summary>
    /// <param name="key">The key's bytes.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> key)
    {
        ulong hash = XxHash3.HashToUInt64(key, seed);
        ref ulong place = ref _entries[hash % Places];
        ulong entry = Volatile.Read(ref place);
        (int start, int length) = ((int)(entry >> Bits) & KeyBytesMax, (int)entry & KeyBytesMax);
        if (((entry ^ hash) & Tag) != 0 || start + length > key.Length)
        {
            (start, length) = Match(key);
            if (key.Length <= KeyBytesMax)
            {
                Volatile.Write(ref place, (hash & Tag) | ((ulong)start << Bits) | (uint)length);
            }
        }

        return key.Slice(start, length);
    }

    /// <summary>A pattern reads characters: the group is found in the key's text, and its bytes in the key.</summary>
    private (int Start, int Length) Match(ReadOnlySpan<byte> key)
    {
        string text = Encoding.UTF8.GetString(key);
        return pattern.Match(text) is { Success: true } match && match.Groups[1] is { Success: true, Length: > 0 } group
            ? (Encoding.UTF8.GetByteCount(text.AsSpan(0, group.Index)), Encoding.UTF8.GetByteCount(group.ValueSpan))
            : default;
    }
}
