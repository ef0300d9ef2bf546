using Holdfast.Insight.Quota;
using Holdfast.Sessions;
using Holdfast.Sessions.Counting;

namespace Holdfast.Insight.Workload;

/// <summary>What is counted of one namespace. Thread-safe; requests on different cores rarely write the same line of memory.</summary>
internal sealed class NamespaceCounts
{
    public const int Kinds = 6;

    private const int BytesRead = Kinds;
    private const int BytesWritten = Kinds + 1;

    // Two cache lines, since processors fetch them in pairs.
    private const int StripeLength = 16;

    private readonly long[] _cells = new long[(ProcessorStripe.Count + 1) * StripeLength];

    public NamespaceCounts(string name, QuotaLimit limit)
    {
        Name = name;
        Quota = limit.IsNone ? null : new QuotaWindow(limit);
    }

    /// <summary>As it is shown.</summary>
    public string Name { get; }

    /// <summary>Null without a limit.</summary>
    public QuotaWindow? Quota { get; }

    public Log2Histogram ValueBytes { get; } = new();

    /// <summary>Those that never expire are without bound.</summary>
    public Log2Histogram TtlSeconds { get; } = new();

    public void Count(RequestKind kind) => Interlocked.Increment(ref _cells[Stripe() + (int)kind]);

    public void Hit(long bytes)
    {
        int stripe = Stripe();
        Interlocked.Increment(ref _cells[stripe + (int)RequestKind.Hit]);
        Interlocked.Add(ref _cells[stripe + BytesRead], bytes);
    }

    public void Written(RequestKind kind, long bytes, SessionTtl ttl)
    {
        int stripe = Stripe();
        Interlocked.Increment(ref _cells[stripe + (int)kind]);
        Interlocked.Add(ref _cells[stripe + BytesWritten], bytes);
        ValueBytes.Add(bytes);
        if (ttl.IsNever)
        {
            TtlSeconds.AddUnbounded();
        }
        else
        {
            TtlSeconds.Add(ttl.Seconds);
        }
    }

    public long Read(RequestKind kind) => Sum((int)kind);

    public long ReadBytes(bool written) => Sum(written ? BytesWritten : BytesRead);

    private static int Stripe() => (ProcessorStripe.Current + 1) * StripeLength;

    private long Sum(int cell)
    {
        long sum = 0;
        for (int stripe = StripeLength; stripe < _cells.Length; stripe += StripeLength)
        {
            sum += Volatile.Read(ref _cells[stripe + cell]);
        }

        return sum;
    }
}
