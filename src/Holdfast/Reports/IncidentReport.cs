using System.Globalization;
using System.Text;
using Holdfast.Events;

namespace Holdfast.Reports;

/// <summary>The draft of a review, as Markdown: all that the logs know, and the questions that only people can answer.</summary>
internal sealed class IncidentReport
{
    private readonly StringBuilder _page = new();
    private readonly History _history;
    private readonly Traffic _traffic;
    private readonly IReadOnlyList<Absence> _absences;
    private readonly IReadOnlyList<DateTimeOffset> _signs;
    private readonly IReadOnlyList<AlertStory> _alerts;

    private IncidentReport(History history)
    {
        _history = history;
        _traffic = new Traffic(history);
        _absences = Absences.In(history);
        _signs = Trouble.Signs(history);
        _alerts = Alerts.In(history, _signs);
    }

    public static string Write(History history)
    {
        IncidentReport report = new(history);
        report.Head();
        report.Numbers();
        report.WriteTimeline();
        report.Coordinators();
        ReportTables.Errors(report._page, report._traffic);
        ReportTables.Budget(report._page, report._traffic);
        report.WriteAlerts();
        report.Actions();
        report.WriteGaps();
        report._page.Append(Scorecard.Markdown);
        return report._page.ToString();
    }

    private void Head()
    {
        // What ran as the span began, and what was started within it.
        var started = _history.All.Where(one => one.At <= _history.To && one.Event is Started).GroupBy(one => one.Log)
            .SelectMany(log => log.Where(one => one.At < _history.From).TakeLast(1).Concat(log.Where(one => one.At >= _history.From)))
            .Select(one => (Started)one.Event).ToList();
        Line($"# {Headline.Of(_history, _traffic, _absences)}");
        Line();
        Line("A draft by `holdfast report` from the service's own event log. All times are UTC. What only people know is marked TODO.");
        Line();
        Line("| | |");
        Line("|---|---|");
        Line("| status | draft |");
        Line($"| instances | {List(_history.Instances)} |");
        Line($"| version | {List(started.Select(one => one.Version).Concat(_history.Of<Continued>().Select(one => one.Event.Version)).Select(Words.Version))} |");
        Line($"| configuration | {List(started.Select(one => $"{one.Configuration} ({one.Backend})"))} |");
        Line($"| span | {Words.Moment(_history.From)} to {Words.Moment(_history.To)}, {Words.Duration(_history.To - _history.From)} |");
        Line(_signs is [var first, .., var last] ? $"| signs of trouble | {Words.Moment(first)} to {Words.Moment(last)}, {Words.Duration(last - first)} |"
            : _signs is [var one] ? $"| signs of trouble | {Words.Moment(one)} |" : "| signs of trouble | none in the log |");
        Line("| noticed by | TODO |");
        Line("| led by | TODO |");
    }

    private void Numbers()
    {
        Title("In numbers");
        Line("| | |");
        Line("|---|---|");
        Line($"| requests | {Words.Count(_traffic.Requests)} |");
        Line($"| answered well | {Words.Count(_traffic.Good)} |");
        Line($"| errors (5xx) | {Words.Count(_traffic.Error)} |");
        Line($"| slow (over 250 ms) | {Words.Count(_traffic.Slow)} |");
        Line($"| sessions confirmed lost | {Words.Count(_traffic.Lost)} |");
        Line($"| coordinators out of service | {Words.Count(_absences.Select(one => one.Coordinator).Distinct().Count())} |");
        Line($"| starts of the service, after an unclean stop | {Words.Count(_history.Of<Started>().Count())}, {Words.Count(_history.Of<Started>().Count(one => one.Event.Unclean))} |");
        Line($"| alerts | {Words.Count(_alerts.Count)} |");
        Line($"| operators' actions | {Words.Count(_history.Of<OperatorActed>().Count())} |");
    }

    private void WriteTimeline()
    {
        Title("Timeline");
        var several = _history.Instances.Count > 1;
        Line(several ? "| time | instance | what |" : "| time | what |");
        Line(several ? "|---|---|---|" : "|---|---|");
        foreach (var entry in Timeline.Of(_history))
        {
            var folded = entry.Times > 1 ? $" ({Words.Count(entry.Times)} times, until {Words.Moment(entry.Until)})" : "";
            Line($"| {Words.Moment(entry.At)} |{(several ? $" {Words.Cell(entry.Instance)} |" : "")} {entry.Text}{folded} |");
        }

        Line();
        Line("TODO: what people saw and did that no instance could know.");
    }

    private void Coordinators()
    {
        Title("Coordinators out of service");
        if (_absences.Count == 0)
        {
            Line("None.");
            return;
        }

        Line("| coordinator | seen by | out since | why | back | out for |");
        Line("|---|---|---|---|---|---|");
        foreach (var absence in _absences)
        {
            var end = absence.Until ?? _history.To;
            var back = absence.IsBack ? Words.Moment(end) : absence.Until is null ? "not by the end of the span" : $"not before the instance ended, {Words.Moment(end)}";
            var least = absence.IsBack ? "" : "at least ";
            Line($"| {Words.Cell(absence.Coordinator)} | {Words.Cell(absence.Instance)} | {Words.Moment(absence.Since)} | {string.Join("; then ", absence.Why.Select(Sentences.Why))} | {back} | {least}{Words.Duration(end - absence.Since)} |");
        }
    }

    private void WriteAlerts()
    {
        Title("Alerts");
        if (_alerts.Count == 0)
        {
            Line("None was told to `/admin/alerts`. Either none fired, or Alertmanager does not tell the instances (`ops/alertmanager/`).");
            return;
        }

        Line("| alert | severity | about | firing since | told | after the first sign | resolved |");
        Line("|---|---|---|---|---|---|---|");
        foreach (var (alert, told, onset, resolved) in _alerts)
        {
            Line($"| {Words.Cell(alert.Name)} | {Words.Cell(alert.Severity)} | {Words.Cell(alert.Coordinator ?? alert.Source)} | {Words.Moment(alert.StartsAt)} | {Words.Moment(told)} | {(onset is { } first ? $"{Words.Duration(told - first)} ({Words.Moment(first)})" : "–")} | {(resolved is { } end ? Words.Moment(end) : "not by the end of the span")} |");
        }
    }

    private void Actions()
    {
        Title("Operators' actions");
        var actions = _history.Of<OperatorActed>().ToList();
        if (actions.Count == 0)
        {
            Line("None through the admin listener.");
            return;
        }

        Line("| time | instance | action | asked | from | answered |");
        Line("|---|---|---|---|---|---|");
        foreach (var (at, acted) in actions)
        {
            Line($"| {Words.Moment(acted.At)} | {Words.Cell(at.Instance)} | {Words.Cell(acted.Action)} | {Words.Cell(acted.Asked)} | {Words.Cell(acted.Remote)} | {acted.Status} |");
        }
    }

    private void WriteGaps()
    {
        Title("What this record does not know");
        var gaps = Gaps.In(_history);
        foreach (var gap in gaps)
        {
            Line($"- {gap}");
        }

        if (gaps.Count == 0)
        {
            Line("No gaps: every instance ran for the whole span, and every line could be read.");
        }
    }

    private void Title(string title)
    {
        Line();
        Line($"## {title}");
        Line();
    }

    private void Line(string text = "") => _page.Append(CultureInfo.InvariantCulture, $"{text}\n");

    private static string List(IEnumerable<string> words) => string.Join(", ", words.Distinct(StringComparer.Ordinal).Select(Words.Cell).DefaultIfEmpty("not known"));
}
