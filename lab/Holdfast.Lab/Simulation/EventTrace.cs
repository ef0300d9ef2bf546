using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Holdfast.Lab.Simulation;

/// <summary>
/// A running hash of what happened and in which order: two runs of one seed must end with the same value, or something in
/// the lab depended on more than the seed. Lines are kept only on request, for a seed that failed.
/// </summary>
internal sealed class EventTrace
{
    private const int LinesMax = 100_000;

    private readonly XxHash64 hash = new();
    private List<string>? lines;

    public long Count { get; private set; }

    public ulong Hash => hash.GetCurrentHashAsUInt64();

    public IReadOnlyList<string> Lines => lines ?? [];

    public void KeepLines() => lines ??= [];

    public void Add(TimeSpan at, string kind, long a = 0, long b = 0, long c = 0)
    {
        Span<long> numbers = [at.Ticks, a, b, c];
        hash.Append(MemoryMarshal.AsBytes(kind.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(numbers));
        Count++;
        if (lines is { Count: < LinesMax })
        {
            lines.Add($"{at.TotalSeconds,10:F4} {kind} {a} {b} {c}");
        }
    }
}
