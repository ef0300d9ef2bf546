namespace Holdfast.Sessions;

/// <summary>How long an entry lives, in whole seconds; zero means that it never expires.</summary>
/// <param name="Seconds">Zero or more, at most <see cref="MaxSeconds"/>.</param>
public readonly record struct SessionTtl(int Seconds)
{
    /// <summary>Twenty years: the longest time to live that Cassandra takes (its <c>MAX_TTL</c>).</summary>
    public const int MaxSeconds = 20 * 365 * 24 * 60 * 60;

    /// <summary>An entry that never expires.</summary>
    public static SessionTtl Never => default;

    /// <summary>True when the entry never expires.</summary>
    public bool IsNever => Seconds == 0;
}
