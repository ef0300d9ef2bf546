namespace Holdfast.Insight.Quota;

/// <summary>How much one namespace may write.</summary>
/// <param name="WritesPerSecond">Zero for no limit.</param>
/// <param name="BytesPerSecond">Of values; zero for no limit.</param>
public readonly record struct QuotaLimit(long WritesPerSecond, long BytesPerSecond)
{
    /// <summary>True when neither is limited.</summary>
    public bool IsNone => WritesPerSecond == 0 && BytesPerSecond == 0;
}
