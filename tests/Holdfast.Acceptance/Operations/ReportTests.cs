using System.Globalization;
using System.Net;
using System.Text;
using Holdfast.Acceptance.Cluster;
using Holdfast.Incidents.Plans;
using Xunit;

namespace Holdfast.Acceptance.Operations;

/// <summary>
/// 2023-01-24 in small: a host is rebooted and comes back blind, an operator acts, Alertmanager tells of an alert, the instance is
/// killed and started again. What the report then says of it.
/// </summary>
public sealed class ReportTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-report-");

    private string Events => Path.Combine(_folder.FullName, "events");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_report_tells_what_happened_to_whom_who_acted_and_how_the_instance_ended()
    {
        TestSettings.SkipWhenFast();
        DateTimeOffset began = TimeProvider.System.GetUtcNow();
        await using ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(seed: 11);
        string blind = string.Create(CultureInfo.InvariantCulture, $"{cluster.Hosts[0]}:{cluster.Port}");
        string other = string.Create(CultureInfo.InvariantCulture, $"{cluster.Hosts[1]}:{cluster.Port}");
        await using (HoldfastProcess killed = await StartAsync(cluster))
        {
            await using SteadyLoad load = new(killed.Sessions, seed: 1);
            await UntilAsync(() => CoordinatorStates.AllUpAsync(killed.Root), "all coordinators are up");
            await cluster.BeginAsync(FaultPlan.Of(new PlannedFault(TimeSpan.Zero, "rejoin-blind", "eqiad-1", ["down=1s"])));
            await UntilAsync(() => cluster.IsBlindAsync("eqiad-1"), "eqiad-1 is back, and blind");
            await UntilAsync(async () => await StateAsync(killed, blind) == "Ejected", "the blind host is ejected");

            await PostAsync(killed, "admin/coordinators/drain", """{"address":"203.0.113.7"}""", HttpStatusCode.NotFound);
            await PostAsync(killed, "admin/health-mode", """{"mode":"act"}""", HttpStatusCode.OK);
            string alert = $$"""
                {"version":"4","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"CoordinatorCannotReachQuorum","severity":"ticket","coordinator":"{{blind}}"},
                 "annotations":{"summary":"blind"},"startsAt":"{{TimeProvider.System.GetUtcNow():O}}","fingerprint":"1"}]}
                """;
            await PostAsync(killed, "admin/alerts", alert, HttpStatusCode.OK);
            await PostAsync(killed, "admin/alerts", alert, HttpStatusCode.OK);

            await cluster.HealAsync();
            await UntilAsync(async () => await StateAsync(killed, blind) == "Up", "the host is back");
            killed.Signal(HoldfastProcess.SigKill);
            await killed.WaitForExitAsync();
        }

        await using (HoldfastProcess again = await StartAsync(cluster))
        {
            again.Signal(HoldfastProcess.SigTerm);
            await again.WaitForExitAsync();
        }

        (bool drafted, string report) = await ForeignProgram.RunAsync(
            _folder.FullName, Path.Combine(AppContext.BaseDirectory, "holdfast"), "report", "--events", Events, "--from", began.ToString("O", CultureInfo.InvariantCulture));
        output.WriteLine(report);

        Assert.True(drafted, report);
        Assert.Contains($": {blind} could not serve what others served\n", report, StringComparison.Ordinal);
        Assert.Matches($@"\| coordinator {blind}: \w+ → \*\*Ejected\*\* \(ProbeContradicted: \d+ within [\d.]+ s at LocalQuorum.*, contradicted by \d", report);
        Assert.Matches($@"\| {blind} \|.*\| \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d \| \d+(\.\d)? (s|min)", Section(report, "Coordinators out of service"));
        Assert.DoesNotContain($"\n| {other} |", Section(report, "Coordinators out of service"), StringComparison.Ordinal);
        Assert.Contains("""POST /admin/coordinators/drain | {"address":"203.0.113.7"} | 127.0.0.1 | 404 |""", Section(report, "Operators' actions"), StringComparison.Ordinal);
        Assert.Contains("""POST /admin/health-mode | {"mode":"act"} | 127.0.0.1 | 200 |""", Section(report, "Operators' actions"), StringComparison.Ordinal);
        Assert.Single(Section(report, "Alerts").Split('\n'), line => line.StartsWith($"| CoordinatorCannotReachQuorum | ticket | {blind} |", StringComparison.Ordinal));
        Assert.Contains("after an **unclean stop**", Section(report, "Timeline"), StringComparison.Ordinal);
        Assert.Contains("**stopped**, in good order", Section(report, "Timeline"), StringComparison.Ordinal);
        Assert.Contains("it ended without having stopped", Section(report, "What this record does not know"), StringComparison.Ordinal);
        Assert.Contains("| starts of the service, after an unclean stop | 2, 1 |", report, StringComparison.Ordinal);
    }

    private Task<HoldfastProcess> StartAsync(ClusterOnSockets cluster) =>
        HoldfastProcess.StartOnClusterAsync(cluster, protection: true, ("HOLDFAST__EVENTS__PATH", Events));

    private static string Section(string report, string title)
    {
        int from = report.IndexOf($"\n## {title}\n", StringComparison.Ordinal);
        Assert.True(from >= 0, $"no section '{title}'");
        int to = report.IndexOf("\n## ", from + 4, StringComparison.Ordinal);
        return report[from..(to < 0 ? report.Length : to)];
    }

    private static async Task<string?> StateAsync(HoldfastProcess instance, string coordinator) =>
        (await CoordinatorStates.ReadAsync(instance.Root)).GetValueOrDefault(coordinator);

    private static async Task PostAsync(HoldfastProcess instance, string path, string json, HttpStatusCode expected)
    {
        using HttpClient http = new();
        using StringContent body = new(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(instance.Admin, path), body);
        Assert.Equal(expected, answer.StatusCode);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(4), $"It never came: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
