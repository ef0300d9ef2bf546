using Holdfast.Sessions;

namespace Holdfast.Insight.Loss;

/// <summary>How many sentinels there are, how long they live and how often they are read.</summary>
public sealed record SentinelOptions
{
    /// <summary>How often one is written: often enough that one falls into the seconds that a storage may lose at once.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long most of them live.</summary>
    public SessionTtl Life { get; init; } = new(10 * 60);

    /// <summary>Each so many-th lives for <see cref="LongLife"/>.</summary>
    public int LongOneIn { get; init; } = 30;

    /// <summary>A session's usual life, which is when compactions and repairs have had their turn; a day at most.</summary>
    public SessionTtl LongLife { get; init; } = new(24 * 60 * 60);

    /// <summary>The storage's clocks may be off by this: so long before its end a sentinel is left alone.</summary>
    public TimeSpan ExpiryMargin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The shortest and the longest pause between two reads of one sentinel; in between, its age.</summary>
    public TimeSpan PauseMin { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc cref="PauseMin"/>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a stronger read is waited for that a replica's return may still bring: a miss is final after it.</summary>
    public TimeSpan PatienceWithMiss { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// True where a read's and a write's levels overlap, so that a miss is one even when nobody can be asked again.
    /// </summary>
    public bool MissIsFinal { get; init; } = true;
}
