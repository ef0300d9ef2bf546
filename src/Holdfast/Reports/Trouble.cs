using Holdfast.Events;

namespace Holdfast.Reports;

/// <summary>When something was wrong, as far as the log can tell: the yardstick for how late an alert was.</summary>
internal static class Trouble
{
    // Signs that lie further apart belong to two troubles.
    private static readonly TimeSpan s_apart = TimeSpan.FromMinutes(10);

    // A sign that is older has nothing to do with an alert.
    private static readonly TimeSpan s_stale = TimeSpan.FromMinutes(30);

    /// <summary>Every sign, in the order of time.</summary>
    public static IReadOnlyList<DateTimeOffset> Signs(History history) =>
    [
        .. history.Within.Where(IsSign).Select(happening => happening.Event is Started { LastSign: { } last } ? last : happening.At)
            .Concat(history.Of<MinutePassed>().Where(one => Traffic.IsBad(one.Event)).Select(one => one.Event.From))
            .Where(at => at >= history.From).Order(),
    ];

    /// <summary>The beginning of the trouble that an alert is about; null when there was no sign of any.</summary>
    public static DateTimeOffset? OnsetBefore(DateTimeOffset alert, IReadOnlyList<DateTimeOffset> signs)
    {
        DateTimeOffset? onset = null;
        foreach (var sign in signs.Where(sign => sign <= alert).Reverse())
        {
            if ((onset ?? alert) - sign > (onset is null ? s_stale : s_apart))
            {
                break;
            }

            onset = sign;
        }

        return onset;
    }

    private static bool IsSign(Happening happening) => happening.Event switch
    {
        CoordinatorMoved moved => moved.Withheld || moved.To is "Ejected", // a host that is down, as at a reboot, hurts nobody yet
        ReadinessChanged changed => changed.State == "storage_unavailable",
        Started begun => begun.Unclean,
        QuorumLost or CanaryFailed or SessionLost => true,
        _ => false,
    };
}
