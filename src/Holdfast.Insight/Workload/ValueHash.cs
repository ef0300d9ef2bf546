using System.Buffers;
using System.IO.Hashing;

namespace Holdfast.Insight.Workload;

/// <summary>
/// 32 bits of a value, to tell whether it is the one that was there: wrong once in 4 × 10⁹. Not a secret's keeper: it leaves this
/// process in no form.
/// </summary>
internal sealed class ValueHash(long seed)
{
    [ThreadStatic]
    private static XxHash3? s_hash;

    [ThreadStatic]
    private static long s_seed;

    /// <summary>The same for the same bytes, however they lie in segments. Allocates nothing, but once for each thread.</summary>
    public uint Of(in ReadOnlySequence<byte> value)
    {
        if (value.IsSingleSegment)
        {
            return (uint)XxHash3.HashToUInt64(value.FirstSpan, seed);
        }

        XxHash3 hash = s_hash is { } kept && s_seed == seed ? kept : s_hash = new XxHash3(s_seed = seed);
        hash.Reset();
        foreach (ReadOnlyMemory<byte> segment in value)
        {
            hash.Append(segment.Span);
        }

        return (uint)hash.GetCurrentHashAsUInt64();
    }
}
