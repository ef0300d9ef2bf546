using Xunit;

namespace Holdfast.Acceptance.Operations;

/// <summary>The rules by the programs that read them, and what every alert owes to whoever it wakes.</summary>
public sealed class RuleTests
{
    public const string Promtool = "/usr/bin/promtool";
    public const string Amtool = "/usr/bin/amtool";

    private static readonly string[] s_wanted =
    [
        "BudgetBurnsFast", "BudgetBurns", "BudgetBurnsSlowly", "CoordinatorCannotReachQuorum", "ClusterCannotServeQuorum", "NoReadyInstance",
        "TargetAbsent", "Watchdog", "ClockOffset", "CoordinatorOutForLong", "SessionLoss", "CanaryFailing", "DiskFilling", "QuotaExceeded", "LogErrors",
    ];

    public static TheoryData<string> Names => [.. AlertRules.Alerts.Select(alert => alert.Name).Distinct()];

    [Fact]
    public async Task Prometheus_and_Alertmanager_take_what_ships()
    {
        ForeignProgram.SkipUnlessInstalled(Promtool, Amtool);
        (bool taken, string text) = await ForeignProgram.RunAsync(AlertRules.Folder, Promtool, "check", "config", "prometheus.yml");
        Assert.True(taken, text);
        (taken, text) = await ForeignProgram.RunAsync(RepositoryRoot.Combine("ops", "alertmanager"), Amtool, "check-config", "alertmanager.yml");
        Assert.True(taken, text);
    }

    [Fact]
    public async Task The_rules_do_what_their_unit_tests_say()
    {
        ForeignProgram.SkipUnlessInstalled(Promtool);
        string tests = Path.Combine(AlertRules.Folder, "tests");
        (bool passed, string text) = await ForeignProgram.RunAsync(tests, Promtool, ["test", "rules", .. Directory.GetFiles(tests, "*.yml")]);
        Assert.True(passed, text);
    }

    [Fact]
    public void Every_alert_that_was_promised_is_there() =>
        Assert.Subset(AlertRules.Alerts.Select(alert => alert.Name).ToHashSet(), s_wanted.ToHashSet());

    /// <summary>
    /// Of each rule, not of each name, and of each alternative of its expression: in one unit test it fires where that alert is expected, in
    /// another it stays quiet although what it looks at is there.
    /// </summary>
    [Fact]
    public async Task Every_reason_of_every_alert_is_shown_firing_and_staying_quiet()
    {
        ForeignProgram.SkipUnlessInstalled(Promtool);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-rules-");
        try
        {
            IReadOnlyList<Moment> moments = await RuleRehearsal.PlayAsync(folder.FullName);
            Assert.True(RuleRehearsal.Reasons.Count > AlertRules.Alerts.Count());
            Assert.Empty(RuleRehearsal.Reasons.Where(reason => !moments.Any(moment => Fires(reason, moment))).Select(reason => $"never fires: {reason}"));
            Assert.Empty(RuleRehearsal.Reasons.Where(reason => reason.Rule.Name != "Watchdog" && !moments.Any(moment => StaysQuiet(reason, moment)))
                .Select(reason => $"never stays quiet: {reason}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Alternatives_are_the_operands_of_or_wherever_they_stand() => Assert.Equal(
        [
            "( a{x=\"or\"} > 1 ) and ( c or d )", "( b > 1 ) and ( c or d )",
            "( a{x=\"or\"} > 1 or b > 1 ) and ( c )", "( a{x=\"or\"} > 1 or b > 1 ) and ( d )",
        ],
        RuleAlternatives.Of("( a{x=\"or\"} > 1 or b > 1 ) and ( c or d )")
            .Select(text => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_alert_says_how_bad_it_is_what_happened_and_where_to_read_on(string name)
    {
        string[] anchors = [.. File.ReadLines(RepositoryRoot.Combine("docs", "runbook.md"))
            .Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#', ' ').ToLowerInvariant().Replace(' ', '-'))];
        string[] dashboards = [.. Dashboards.All.Select(dashboard => dashboard.Uid)];
        Assert.All(AlertRules.Alerts.Where(alert => alert.Name == name), alert =>
        {
            Assert.Contains(alert.Labels["severity"], (string[])["page", "ticket", "none"]);
            Assert.NotEmpty(alert.Annotations["summary"]);
            Assert.Contains(alert.Annotations["dashboard"].Split('/')[^1], dashboards);
            string[] parts = alert.Annotations["runbook_url"].Split('#');
            Assert.EndsWith("/docs/runbook.md", parts[0], StringComparison.Ordinal);
            Assert.Contains(parts[1], anchors);
        });
    }

    private static bool Fires(Reason reason, Moment moment) => moment.Held.Contains(reason) && AlertsOf(reason).Any(moment.Expects);

    private static bool StaysQuiet(Reason reason, Moment moment) =>
        !moment.Held.Contains(reason) && AlertsOf(reason).Any(alert => moment.Names(alert) && !moment.Expects(alert))
        && Measured(reason.Expression).All(moment.Series.Contains);

    /// <summary>The alert itself, or those that a recorded condition is for.</summary>
    private static IEnumerable<Rule> AlertsOf(Reason reason) => reason.Rule.IsAlert
        ? [reason.Rule]
        : AlertRules.Alerts.Where(alert => alert.Expression.Contains(reason.Rule.Name, StringComparison.Ordinal));

    /// <summary>What is measured, under recorded series too.</summary>
    private static IEnumerable<string> Measured(string expression) => MetricText.NamesIn(expression).SelectMany(name =>
        AlertRules.All.FirstOrDefault(rule => rule.Name == name) is { } recorded ? Measured(recorded.Expression) : [name]).Distinct();
}
