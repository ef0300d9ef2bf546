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

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_alert_is_shown_firing_and_staying_quiet(string name)
    {
        var tested = AlertRules.TestedAlerts().Where(test => test.Expression.Contains($"\"{name}\"", StringComparison.Ordinal)
            || test.Expression.Contains($"{name}|", StringComparison.Ordinal) || test.Expression.Contains($"|{name}\"", StringComparison.Ordinal)).ToList();

        Assert.Contains(tested, test => test.IsExpected);
        Assert.True(name == "Watchdog" || tested.Any(test => !test.IsExpected), "nothing shows when it stays quiet");
    }

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
}
