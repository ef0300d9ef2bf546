using System.IO.Hashing;

namespace Holdfast.Insight.Workload;

/// <summary>
/// Where a pattern found its group in keys that came before: a match costs microseconds, and a session is asked for more than once. Of fixed
/// size; whoever comes later takes the place. Thread-safe without a lock: an entry is one word.
/// </summary>
/// <remarks>
/// An entry has 40 bits of the key's hash, of which 16 others choose the place; where the group begins in 12 bits and its length in 12. Two
/// keys are taken for one another once in 10¹², and then a request is counted in another's namespace. Longer keys are not kept.
/// </remarks>
/// <param name="seed">Of the hash, so that nobody outside can choose keys that push each other out.</param>
internal sealed class MatchMemo(long seed)
{
    private const int PlaceBits = 16;
    private const int Bits = 12;
    private const int KeyBytesMax = (1 << Bits) - 1;
    private const ulong Tag = ulong.MaxValue << (2 * Bits);

    private readonly ulong[] _entries = new ulong[1 << PlaceBits]; // 512 KiB

    /// <summary>False where the key is not kept; a place to keep it comes back in any case.</summary>
    /// <param name="key">The key's bytes.</param>
    /// <param name="found">Where its group is; nothing where the pattern found none.</param>
    /// <param name="place">For <see cref="Keep"/>.</param>
    public bool TryFind(ReadOnlySpan<byte> key, out (int Start, int Length) found, out ulong place)
    {
        place = XxHash3.HashToUInt64(key, seed);
        ulong entry = Volatile.Read(ref _entries[Index(place)]);
        found = ((int)(entry >> Bits) & KeyBytesMax, (int)entry & KeyBytesMax);

        // An entry that was never written is zero.
        return ((entry ^ place) & Tag) == 0 && found.Start + found.Length <= key.Length && entry != 0;
    }

    /// <summary>Keeps where the group is in the key that the place is of.</summary>
    public void Keep(ulong place, int keyLength, (int Start, int Length) found)
    {
        if (keyLength <= KeyBytesMax)
        {
            Volatile.Write(ref _entries[Index(place)], (place & Tag) | ((ulong)found.Start << Bits) | (uint)found.Length);
        }
    }

    private static ushort Index(ulong place) => (ushort)place;
}
