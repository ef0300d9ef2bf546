using System.Globalization;
using Holdfast.Events;

namespace Holdfast.Reports;

/// <summary>What the report does not know, and why: each a sentence.</summary>
internal static class Gaps
{
    // A running instance tells of every minute; so long a silence means something.
    private static readonly TimeSpan s_silence = TimeSpan.FromMinutes(2);

    public static IReadOnlyList<string> In(History history)
    {
        List<string> gaps = [];
        for (var log = 0; log < history.Logs.Count; log++)
        {
            Of(log, history, gaps);
        }

        return gaps;
    }

    private static void Of(int log, History history, List<string> gaps)
    {
        var record = history.Logs[log];
        Happening? before = null;
        foreach (var happening in history.All.Where(happening => happening.Log == log))
        {
            if (Absent(before, happening) is { } gap && gap.Since <= history.To && happening.At >= history.From)
            {
                gaps.Add($"{happening.Instance} was away for {gap.Atmost}{Words.Duration(happening.At - gap.Since)}, from {Words.Moment(gap.Since)} to {Words.Moment(happening.At)}: {gap.How}.");
            }

            before = happening;
        }

        var events = history.All.Where(happening => happening.Log == log).ToList();
        if (events.Count == 0)
        {
            gaps.Add($"{Words.Cell(record.Folder)} holds no events.");
        }
        else if (events[0].At > history.From)
        {
            gaps.Add($"The log of {events[0].Instance} begins at {Words.Moment(events[0].At)}: of before, nothing is known.");
        }

        Ending(events, history, gaps);
        var lost = history.Of<EventsLost>().Where(one => one.At.Log == log).Sum(one => one.Event.Count);
        Add(lost, "events were lost: too many at once, or a disk that took none.");
        Add(record.Damaged, $"lines of {Words.Cell(record.Folder)} are damaged and were passed over; their time is not known.");
        Add(history.Within.Count(one => one.Log == log && one.Event.GetType() == typeof(ServiceEvent)), "events are of a kind that this version does not know.");

        void Add(long count, string what)
        {
            if (count > 0)
            {
                gaps.Add($"{count.ToString("N0", CultureInfo.InvariantCulture)} {what}");
            }
        }
    }

    private static void Ending(List<Happening> events, History history, List<string> gaps)
    {
        if (events is not [.., var last])
        {
            return;
        }

        if (last.Event is Stopped)
        {
            if (last.At < history.To)
            {
                gaps.Add($"{last.Instance} stopped at {Words.Moment(last.At)} and did not start again.");
            }
        }
        else if (history.To - last.At > s_silence)
        {
            gaps.Add($"{last.Instance} was last heard of at {Words.Moment(last.At)}: whether it ran after that is not known.");
        }
    }

    /// <summary>Since when the instance was away before this event; null when it was not.</summary>
    private static (DateTimeOffset Since, string Atmost, string How)? Absent(Happening? before, Happening now) => (before, now.Event) switch
    {
        (_, Started { Unclean: true, LastSign: { } last }) =>
            (last, "at most ", "it ended without having stopped (killed, crashed, or the machine went); its requests since its last full minute are not counted"),
        ({ Event: Stopped } stopped, Started) => (stopped.At, "", "it had stopped in good order"),
        _ => null,
    };
}
