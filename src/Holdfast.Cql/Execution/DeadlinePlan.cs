namespace Holdfast.Cql.Execution;

/// <summary>One request's time: a deadline, and how much of it one attempt may take.</summary>
/// <remarks>
/// 2 s by default, because MediaWiki gives up at 3 s; an attempt gets at most 0.3 of it, so that three fit. Nothing is sent
/// to a coordinator after the deadline.
/// </remarks>
internal readonly record struct DeadlinePlan(TimeSpan Started, TimeSpan Total)
{
    /// <summary>The longest time that a request may take.</summary>
    public static readonly TimeSpan DefaultTotal = TimeSpan.FromSeconds(2);

    /// <summary>The share of the whole that one attempt may take.</summary>
    public const double AttemptShare = 0.3;

    /// <summary>An attempt that could not get this long is not worth sending; of a short deadline, half of what an attempt may take.</summary>
    public static readonly TimeSpan AttemptMin = TimeSpan.FromMilliseconds(20);

    public TimeSpan Deadline => Started + Total;

    /// <summary>When an attempt that starts now is given up; null when there is no time for one.</summary>
    public TimeSpan? AttemptUntil(TimeSpan now)
    {
        TimeSpan until = now + (Total * AttemptShare);
        until = until < Deadline ? until : Deadline;
        TimeSpan least = Total * (AttemptShare / 2);
        return until - now < (least < AttemptMin ? least : AttemptMin) ? null : until;
    }

    /// <summary>Kask's query_timeout_ms can lower the deadline and never raise it.</summary>
    public static TimeSpan Effective(TimeSpan queryTimeout) =>
        queryTimeout > TimeSpan.Zero && queryTimeout < DefaultTotal ? queryTimeout : DefaultTotal;
}
