namespace Holdfast.Cql.Execution;

/// <summary>One request's time: a deadline, and how much of it one attempt may take.</summary>
/// <remarks>
/// 2 s by default, because MediaWiki gives up at 3 s; an attempt gets at most 0.3 of it, so that three fit. Nothing is sent
/// to a coordinator after the deadline.
/// </remarks>
internal readonly record struct DeadlinePlan(TimeSpan Started, TimeSpan Total)
{
    /// <summary>The share of the whole that one attempt may take.</summary>
    public const double AttemptShare = 0.3;

    /// <summary>An attempt that could not get this long is not worth sending; of a short deadline, half of what an attempt may take.</summary>
    public static readonly TimeSpan AttemptMin = TimeSpan.FromMilliseconds(20);

    public TimeSpan Deadline => Started + Total;

    /// <summary>The longest that one attempt may take. Not less where a part of the time is gone already: coordinators are no faster for it.</summary>
    public TimeSpan Attempt { get; init; } = Total * AttemptShare;

    /// <summary>When an attempt that starts now is given up; null when there is no time for one.</summary>
    public TimeSpan? AttemptUntil(TimeSpan now)
    {
        TimeSpan until = now + Attempt;
        until = until < Deadline ? until : Deadline;
        TimeSpan least = Attempt / 2;
        return until <= now || until - now < (least < AttemptMin ? least : AttemptMin) ? null : until;
    }
}
