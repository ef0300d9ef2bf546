using Holdfast.Events;

namespace Holdfast.Reports;

/// <summary>One firing of an alert, from its notification to its end.</summary>
/// <param name="Alert">As it was first told.</param>
/// <param name="Told">When an instance heard of it.</param>
/// <param name="Onset">When the trouble began that it is about, by this log; null when there was no sign of any.</param>
/// <param name="Resolved">When its end was told; null when it was not.</param>
internal sealed record AlertStory(AlertReceived Alert, DateTimeOffset Told, DateTimeOffset? Onset, DateTimeOffset? Resolved);

/// <summary>Alerts, each once, however often and to however many instances it was told.</summary>
internal static class Alerts
{
    public static IReadOnlyList<AlertStory> In(History history, IReadOnlyList<DateTimeOffset> signs) =>
    [
        .. from one in history.Of<AlertReceived>()
           group one by one.Event.Firing into firing
           let first = firing.First()
           let resolved = firing.Where(one => one.Event.Status == "resolved").Select(one => (DateTimeOffset?)one.At.At).FirstOrDefault()
           orderby first.At.At
           select new AlertStory(
               first.Event, first.At.At, first.Event.Status == "firing" ? Trouble.OnsetBefore(first.At.At, signs) : null, resolved),
    ];
}
