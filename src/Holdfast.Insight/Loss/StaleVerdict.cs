namespace Holdfast.Insight.Loss;

/// <summary>Whether a value that one read missed and a later one found was there all the while.</summary>
internal static class StaleVerdict
{
    /// <summary>A write takes no longer than this from its timestamp to its acknowledgement.</summary>
    public static readonly TimeSpan WriteMax = TimeSpan.FromSeconds(2);

    /// <param name="sinceRead">How long ago the first read began.</param>
    /// <param name="sinceOurs">How long ago this instance's own write was acknowledged, before that read; null when longer than it remembers.</param>
    /// <param name="age">How long ago the found value was written; null where the storage does not say.</param>
    /// <returns>
    /// True for a stale read. False when another instance may have been writing the value while it was read: then both answers are right.
    /// </returns>
    public static bool IsStale(TimeSpan sinceRead, TimeSpan? sinceOurs, TimeSpan? age) =>
        age is not { } old || old >= sinceRead + WriteMax || old >= sinceOurs;
}
