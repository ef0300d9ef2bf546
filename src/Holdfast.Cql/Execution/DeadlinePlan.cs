namespace Holdfast.Cql.Execution;

/// <summary>One request's time: a deadline, and how much of it one attempt may take.</summary>
/// <remarks>
/// 2 s by default, because MediaWiki gives up at 3 s; an attempt gets at most 0.3 of it, so that three fit. Nothing is sent
/// to a coordinator after the deadline.
/// </remarks>
internal readonly record struct DeadlinePlan(TimeSpan Started, TimeSpan Total, TimeSpan Attempt)
{
    /// <summary>The share of the whole that one attempt may take.</summary>
    public const double AttemptShare = 0.3;

    /// <summary>An attempt that could not get this long is not worth sending; of a short deadline, half of what an attempt may take.</summary>
    public static readonly TimeSpan AttemptMin = TimeSpan.FromMilliseconds(20);

    public TimeSpan Deadline => Started + Total;

    /// <summary>A request that begins now.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="whole">The time that a request has.</param>
    /// <param name="within">
    /// What is left of it where a part is gone already. An attempt may take no less for that: coordinators are no faster.
    /// </param>
    public static DeadlinePlan From(TimeSpan now, TimeSpan whole, TimeSpan? within = null) =>
        new(now, within is { } left && left < whole ? left : whole, TimeSpan.FromTicks((long)Math.Round(whole.Ticks * AttemptShare)));

    /// <summary>When an attempt that starts now is given up; null when there is no time for one.</summary>
    public TimeSpan? AttemptUntil(TimeSpan now)
    {
        TimeSpan until = now + Attempt;
        until = until < Deadline ? until : Deadline;
        TimeSpan least = TimeSpan.FromTicks(Attempt.Ticks / 2);
        return until <= now || until - now < (least < AttemptMin ? least : AttemptMin) ? null : until;
    }
}
