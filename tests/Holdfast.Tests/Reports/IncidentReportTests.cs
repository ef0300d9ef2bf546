using Holdfast.Events;
using Holdfast.Reports;
using Xunit;

namespace Holdfast.Tests.Reports;

public sealed class IncidentReportTests
{
    private static readonly DateTimeOffset s_start = new(2023, 1, 24, 20, 40, 0, TimeSpan.Zero);

    /// <summary>After a change that is meant: <c>HOLDFAST_WRITE_PAGES=1</c> writes the file anew, and the difference is reviewed.</summary>
    [Fact]
    public void The_report_of_2023_01_24_over_two_instances_is_the_one_that_was_reviewed()
    {
        var page = IncidentReport.Write(new History([One(), Other()], s_start, s_start.AddMinutes(40)));
        var file = RepositoryRoot.Combine("tests", "Holdfast.Tests", "Reports", "2023-01-24.md");
        if (Environment.GetEnvironmentVariable("HOLDFAST_WRITE_PAGES") == "1")
        {
            File.WriteAllText(file, page);
        }

        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), page);
    }

    [Fact]
    public void Spent_budget_counts_errors_slow_answers_and_lost_sessions_against_30_days_of_the_same_traffic()
    {
        var traffic = new Traffic(Record(
            At(0, new MinutePassed(s_start.AddMinutes(-1), 5940, 50, 10)),
            At(30, new SessionLost(60, 600)),
            At(60, new MinutePassed(s_start, 6000, 0, 0))));

        Assert.Equal(100, traffic.RequestsPerSecond, precision: 6);
        Assert.Equal(61, traffic.Bad);
        Assert.Equal(100 * 30 * 24 * 3600 * 0.0005, traffic.Budget, precision: 3);
    }

    [Fact]
    public void A_span_in_which_a_session_was_lost_is_not_all_good()
    {
        var page = IncidentReport.Write(Record(At(30, new SessionLost(60, 600)), At(60, new MinutePassed(s_start, 6000, 0, 0))));

        Assert.Contains("| good in this span | 99.9833 % of 6,000 |", page, StringComparison.Ordinal);
        Assert.Contains("| bad | 1: 0 errors, 0 slow, 1 lost |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Minutes_of_several_instances_are_one_and_their_rates_add_up()
    {
        EventRecord Log() => new("log", [("one", At(60, new MinutePassed(s_start, 600, 1, 0)))], 0);
        var traffic = new Traffic(new History([Log(), Log()], s_start.AddMinutes(-5), s_start.AddMinutes(5)));

        Assert.Equal(1200, Assert.Single(traffic.Minutes).Good);
        Assert.Equal(1202 / 60.0, traffic.RequestsPerSecond, precision: 6);
    }

    [Fact]
    public void The_same_again_and_again_is_one_line_and_so_is_a_cycle()
    {
        TimelineEntry[] flapping = [Line(0, "start"), .. Enumerable.Range(0, 12).Select(i => Line(1 + i, i % 3 == 0 ? "down" : i % 3 == 1 ? "back" : "up")), Line(20, "end"), Line(21, "end"), Line(22, "end"), Line(23, "twice"), Line(24, "twice")];

        var folded = Timeline.Fold(flapping);

        Assert.Equal(["start 1", "down 4", "back 4", "up 4", "end 3", "twice 1", "twice 1"], folded.Select(entry => $"{entry.Text} {entry.Times}"));
        Assert.Equal(s_start.AddSeconds(12), folded[3].Until);

        static TimelineEntry Line(int seconds, string text) => new(s_start.AddSeconds(seconds), "one", "it", text, 1, s_start.AddSeconds(seconds));
    }

    [Fact]
    public void A_coordinator_that_was_out_before_the_span_is_told_with_when_it_began()
    {
        var history = new History(
            [new EventRecord("log", [("one", At(0, Moved("Up", "Ejected"))), ("one", At(600, Moved("Probation", "Up")))], 0)],
            s_start.AddMinutes(5), s_start.AddMinutes(15));

        var absence = Assert.Single(Absences.In(history));
        Assert.Equal((s_start, s_start.AddMinutes(10), true), (absence.Since, absence.Until!.Value, absence.IsBack));
    }

    [Fact]
    public void A_coordinator_that_connects_for_the_first_time_was_not_away() => Assert.Empty(Absences.In(Record(
        At(0, Moved("Down", "Connecting")), At(1, Moved("Connecting", "Probation")), At(2, Moved("Probation", "Up")))));

    [Fact]
    public void An_alert_is_late_by_the_time_since_the_trouble_it_is_about_began()
    {
        DateTimeOffset[] signs = [s_start, s_start.AddMinutes(30), s_start.AddMinutes(32), s_start.AddMinutes(50)];

        Assert.Equal(s_start.AddMinutes(30), Trouble.OnsetBefore(s_start.AddMinutes(33), signs));
        Assert.Null(Trouble.OnsetBefore(s_start.AddMinutes(-1), signs));
        Assert.Null(Trouble.OnsetBefore(s_start.AddHours(3), signs));
    }

    [Fact]
    public void What_came_from_outside_cannot_break_out_of_its_cell()
    {
        var page = IncidentReport.Write(Record(At(0, new AlertReceived(
            "A | B\n# C", "firing", "<script>", null, "`x` [y](z)", s_start, null, "**bold** \\", "1"))));

        Assert.DoesNotContain("\n# C", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Contains(@"A \| B # C", page, StringComparison.Ordinal);
        Assert.Contains(@"\`x\` \[y\](z)", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("now", "2023-01-24T20:40:00Z")]
    [InlineData("-2h", "2023-01-24T18:40:00Z")]
    [InlineData("-1.5d", "2023-01-23T08:40:00Z")]
    [InlineData("-90m", "2023-01-24T19:10:00Z")]
    [InlineData("-30s", "2023-01-24T20:39:30Z")]
    [InlineData("2023-01-24", "2023-01-24T00:00:00Z")]
    [InlineData("2023-01-24T20:50", "2023-01-24T20:50:00Z")]
    [InlineData("2023-01-24 20:50:07", "2023-01-24T20:50:07Z")]
    [InlineData("2023-01-24T20:50:07.25Z", "2023-01-24T20:50:07.25Z")]
    [InlineData("2023-01-24T21:50:00+01:00", "2023-01-24T20:50:00Z")]
    public void A_moment_is_ISO_8601_or_so_long_ago(string text, string moment) =>
        Assert.Equal(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture), ReportMoment.Read(text, s_start));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-h")]
    [InlineData("2h")]
    [InlineData("-2w")]
    [InlineData("--2h")]
    [InlineData("-1e9d")]
    [InlineData("-99999999d")]
    [InlineData("24.01.2023")]
    [InlineData("2023-13-01")]
    [InlineData("yesterday")]
    public void Anything_else_is_no_moment(string text) => Assert.Null(ReportMoment.Read(text, s_start));

    private static T At<T>(double seconds, T happened)
        where T : ServiceEvent => happened with { At = s_start.AddSeconds(seconds) };

    private static History Record(params ServiceEvent[] events) =>
        new([new EventRecord("log", [.. events.Select(happened => ("one", happened))], 0)], s_start.AddHours(-1), s_start.AddHours(1));

    private static CoordinatorMoved Moved(string from, string to, string reason = "Proven", MoveEvidence? evidence = null) =>
        new("10.64.0.1:9042", from, to, reason, Evidence: evidence);

    /// <summary>An instance without its protection: users notice; it is killed, and starts again with protection.</summary>
    private static EventRecord One() => new(
        "/var/lib/holdfast/one-events",
        [
            .. ((ServiceEvent[])
            [
                At(-3600, new Started("mw1:8081", "1.0.0+0123456789abcdef", "aaaaaaaaaaaa", "cassandra")),
                At(-3599, new ReadinessChanged("ready")),
                At(0, new MinutePassed(s_start.AddSeconds(-60), 18_000, 0, 2)),
                At(300, new OperatorActed("POST /admin/coordinators/drain", """{"address":"10.64.0.1"}""", 200, "127.0.0.1")),
                At(300, Moved("Up", "Draining", "Operator")),
                At(600, Moved("Draining", "Down", "ConnectionsLost")),
                At(892, Moved("Probation", "Up", "Proven")),
                At(900, new CanaryFailed("10.64.0.1:9042", "write", "Cannot achieve consistency level LOCAL_QUORUM")),
                .. Enumerable.Range(0, 5).Select(i => At(960 + (60 * i), new MinutePassed(
                    s_start.AddSeconds(900 + (60 * i)), 12_000, 5_900 + i, 100,
                    new Dictionary<string, long> { ["read unavailable"] = 5_000, ["write unavailable"] = 900 + i }))),
                At(936, Alert("firing")),
                At(1266, Alert("firing")),
            ]).Select(happened => ("mw1:8081", happened)),
            .. ((ServiceEvent[])
            [
                At(1290, new Started("mw1:8081", "1.0.0+0123456789abcdef", "bbbbbbbbbbbb", "cassandra", Unclean: true, LastSign: s_start.AddSeconds(1266))),
                At(1291, new ReadinessChanged("ready")),
                At(1320, new MinutePassed(s_start.AddSeconds(1290), 9_000, 0, 0)),
                At(1400, Alert("resolved")),
                At(2100, new MinutePassed(s_start.AddSeconds(2040), 18_000, 0, 0)),
                At(2200, new Stopped()),
            ]).Select(happened => ("mw1:8081", happened)),
        ],
        Damaged: 2);

    /// <summary>An instance with its protection: it leaves the blind host, and nobody notices.</summary>
    private static EventRecord Other() => new(
        "/var/lib/holdfast/other-events",
        [
            .. ((ServiceEvent[])
            [
                At(-7200, new Started("mw2:8081", "1.0.0+0123456789abcdef", "bbbbbbbbbbbb", "cassandra")),
                At(600, Moved("Up", "Down", "ConnectionsLost")),
                .. Enumerable.Range(0, 4).SelectMany(i => (ServiceEvent[])
                [
                    At(892 + (20 * i), Moved("Down", "Probation", "Connected")),
                    At(894 + (20 * i), Moved("Probation", "Ejected", "ProbeContradicted", new("LocalQuorum", 2, 1, "10.64.16.2:9042", 3, 1.5))),
                    At(904 + (20 * i), Moved("Ejected", "Down", "ConnectionsLost")),
                ]),
                At(960, new MinutePassed(s_start.AddSeconds(900), 18_000, 0, 0)),
                At(1000, new EventsLost(7)),
                At(1250, Moved("Probation", "Up")),
                At(1401, Alert("resolved")),
                At(2399, new MinutePassed(s_start.AddSeconds(2339), 18_000, 0, 0)),
            ]).Select(happened => ("mw2:8081", happened)),
        ],
        Damaged: 0);

    private static AlertReceived Alert(string status) => new(
        "CoordinatorCannotReachQuorum", status, "page", "mw1:8089", "10.64.0.1:9042", s_start.AddSeconds(930), null, "10.64.0.1:9042 cannot reach a quorum", "f00d");
}
