using Holdfast.Events;

namespace Holdfast.Reports;

/// <summary>A line of the timeline.</summary>
/// <param name="At">When it first happened.</param>
/// <param name="Instance">Where.</param>
/// <param name="Subject">What it is about: only lines about the same thing are folded.</param>
/// <param name="Text">What, as Markdown.</param>
/// <param name="Times">How often in a row.</param>
/// <param name="Until">When it last happened.</param>
internal sealed record TimelineEntry(DateTimeOffset At, string Instance, string Subject, string Text, int Times, DateTimeOffset Until);

/// <summary>What happened, in the order of time; the same again and again is one line with its count.</summary>
internal static class Timeline
{
    private const int PeriodMax = 6;
    private const int TimesMin = 3;

    private static readonly TimeSpan s_apart = TimeSpan.FromMinutes(2);

    public static IReadOnlyList<TimelineEntry> Of(History history)
    {
        HashSet<object> alerts = [];
        var entries = history.Within
            .Where(happening => happening.Event is not AlertReceived alert || alerts.Add((alert.Firing, alert.Status))) // told to each instance
            .Select(happening => (Happening: happening, Text: Sentences.Of(happening.Event)))
            .Where(one => one.Text is not null)
            .Select(one => new TimelineEntry(one.Happening.At, one.Happening.Instance, Subject(one.Happening.Event), one.Text!, 1, one.Happening.At))
            .Concat(FailingStretches(history))
            .OrderBy(entry => entry.At).ToList();
        return [.. entries.GroupBy(entry => (entry.Instance, entry.Subject)).SelectMany(about => Fold([.. about])).OrderBy(entry => entry.At)];
    }

    /// <summary>Three or more of the same line in a row become one, and so do three or more of a cycle of lines, such as of a host that flaps.</summary>
    public static IReadOnlyList<TimelineEntry> Fold(IReadOnlyList<TimelineEntry> entries)
    {
        List<TimelineEntry> folded = [];
        for (var i = 0; i < entries.Count;)
        {
            var (period, times) = Enumerable.Range(1, PeriodMax).Select(length => (Period: length, Times: Repetitions(entries, i, length)))
                .FirstOrDefault(run => run.Times >= TimesMin, (Period: 1, Times: 1));
            for (var k = 0; k < period; k++)
            {
                folded.Add(entries[i + k] with { Times = times, Until = entries[i + k + (period * (times - 1))].Until });
            }

            i += period * times;
        }

        return folded;
    }

    private static int Repetitions(IReadOnlyList<TimelineEntry> entries, int start, int period)
    {
        var times = 1;
        while (start + (period * (times + 1)) <= entries.Count
            && Enumerable.Range(0, period).All(k => IsSame(entries[start + k], entries[start + (period * times) + k])))
        {
            times++;
        }

        return times;
    }

    private static bool IsSame(TimelineEntry one, TimelineEntry other) => one.Text == other.Text;

    private static string Subject(ServiceEvent happened) => happened switch
    {
        CoordinatorMoved moved => moved.Coordinator,
        CanaryFailed canary => $"canary {canary.Coordinator}",
        CanaryRecovered canary => $"canary {canary.Coordinator}",
        Noted note => note.Text,
        QuorumLost or QuorumBack => "quorum",
        _ => happened.GetType().Name,
    };

    /// <summary>What an instance's requests failed without two good minutes between: one line.</summary>
    private static IEnumerable<TimelineEntry> FailingStretches(History history)
    {
        foreach (var log in history.Of<MinutePassed>().Where(one => Traffic.IsBad(one.Event)).GroupBy(one => one.At.Log))
        {
            List<MinutePassed> stretch = [];
            foreach (var (at, part) in log)
            {
                if (stretch is [.., var last] && part.From - last.At > s_apart)
                {
                    yield return Entry(at.Instance, stretch);
                    stretch = [];
                }

                stretch.Add(part);
            }

            yield return Entry(log.First().At.Instance, stretch);
        }
    }

    private static TimelineEntry Entry(string instance, List<MinutePassed> stretch)
    {
        var (error, slow, all) = (stretch.Sum(m => m.Error), stretch.Sum(m => m.Slow), stretch.Sum(m => m.Good + m.Error + m.Slow));
        var what = error > 0 ? $"requests fail: {Words.Count(error)} errors and {Words.Count(slow)} slow" : $"requests are slow: {Words.Count(slow)}";
        var text = $"{what} of {Words.Count(all)}, until {Words.Moment(stretch[^1].At)}";
        return new TimelineEntry(stretch[0].From, instance, "requests", text, 1, stretch[^1].At);
    }
}
