using System.Globalization;
using Holdfast.Acceptance.Cluster;
using Holdfast.Incidents.Plans;
using Xunit;

namespace Holdfast.Acceptance.Operations;

/// <summary>
/// 2023-01-24, from the first failed request to the pager: the program on the lab's cluster, watched by the real Prometheus and
/// Alertmanager with the settings that ship. Two sites on one cluster at the same time: one with the protections off, one with them on.
/// </summary>
public sealed class PagingTests(ITestOutputHelper output)
{
    private const string Alert = "CoordinatorCannotReachQuorum";
    private const string PagerDuty = "/v2/enqueue";
    private const string VictorOps = "/integrations/generic/20131114/alert/";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(150);

    [Fact]
    public async Task A_blind_coordinator_pages_within_a_minute_where_users_are_hurt_and_makes_a_ticket_where_none_is()
    {
        ForeignProgram.SkipUnlessInstalled(Monitoring.Prometheus, Monitoring.Alertmanager, RuleTests.Promtool);
        await using ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(seed: 3);
        string[] coordinators = [.. cluster.Hosts.Select(host => string.Create(CultureInfo.InvariantCulture, $"{host}:{cluster.Port}"))];
        string blind = coordinators[0];
        Site[] sites = await Task.WhenAll(
            Site.StartAsync(cluster, coordinators, protection: false), Site.StartAsync(cluster, coordinators, protection: true));
        (Site off, Site on) = (sites[0], sites[1]);
        await using (off)
        await using (on)
        {
            await UntilAsync(async () => await off.Monitoring.IsWatchingAsync() && await on.Monitoring.IsWatchingAsync(), "both are watched");
            await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System);
            Assert.Empty(off.Pagers.At("/page"));
            Assert.Empty(on.Pagers.At("/page"));
            int failedWithProtection = on.Load.Failed;

            await cluster.BeginAsync(FaultPlan.Of(new PlannedFault(TimeSpan.Zero, "rejoin-blind", "eqiad-1", ["down=2s"])));
            await UntilAsync(() => cluster.IsBlindAsync("eqiad-1"), "eqiad-1 is back, and blind");
            TimeSpan onset = cluster.Now;
            int failedBefore = off.Load.Failed;

            Notification page = await FirstAsync(off.Pagers, "/page", IsFiring);
            Notification dutyPage = await FirstAsync(off.Pagers, PagerDuty, one => one.Text("event_action") == "trigger");
            Notification opsPage = await FirstAsync(off.Pagers, VictorOps, one => one.Text("message_type") == "CRITICAL");
            double seconds = new[] { page, dutyPage, opsPage }.Max(one => one.At - onset).TotalSeconds;
            output.WriteLine(FormattableString.Invariant($"protection off: paged {(page.At - onset).TotalSeconds:0.0} s after the onset, all three receivers after {seconds:0.0} s; {off.Load.Failed - failedBefore} requests failed by then"));
            Assert.Contains(blind, page.Body.ToString(), StringComparison.Ordinal);
            Assert.Contains(blind, dutyPage.Text("payload", "summary"), StringComparison.Ordinal);
            Assert.Equal("critical", dutyPage.Text("payload", "severity"));
            Assert.Contains(blind, opsPage.Text("entity_display_name"), StringComparison.Ordinal);
            Assert.True(seconds < 60, $"paged after {seconds:0.0} s");

            Notification ticket = await FirstAsync(on.Pagers, "/ticket", IsFiring);
            output.WriteLine(FormattableString.Invariant($"protection on: ticket {(ticket.At - onset).TotalSeconds:0.0} s after the onset; {on.Load.Failed - failedWithProtection} of {on.Load.Served} requests failed"));
            Assert.Contains(blind, ticket.Body.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("\"page\"", ticket.Text("commonLabels"), StringComparison.Ordinal);
            Assert.Empty(await on.Monitoring.EmptyPanelsAsync(query => !Dashboards.IsOfEmbeddedStore(query)));

            TimeSpan healed = cluster.Now;
            await cluster.HealAsync();
            Notification resolved = await FirstAsync(off.Pagers, "/page", one => IsOurs(one) && one.Text("status") == "resolved");
            await FirstAsync(off.Pagers, PagerDuty, one => one.Text("event_action") == "resolve" && one.Text("dedup_key") == dutyPage.Text("dedup_key"));
            await FirstAsync(off.Pagers, VictorOps, one => one.Text("message_type") == "RECOVERY" && one.Text("entity_id") == opsPage.Text("entity_id"));
            output.WriteLine(FormattableString.Invariant($"protection off: resolved {(resolved.At - healed).TotalSeconds:0.0} s after healing"));
            await AssertReportAsync(off, blind, "page");
            await AssertReportAsync(on, blind, "ticket");
            Assert.Empty(on.Pagers.At("/page").Concat(on.Pagers.At(PagerDuty)).Concat(on.Pagers.At(VictorOps)).Select(one => one.Body.ToString()));
        }
    }

    private static bool IsOurs(Notification one) => one.Text("commonLabels", "alertname") == Alert;

    private static bool IsFiring(Notification one) => IsOurs(one) && one.Text("status") == "firing";

    /// <summary>What Alertmanager told the instance itself is in its report, with how long it took since the first sign.</summary>
    private async Task AssertReportAsync(Site site, string blind, string severity)
    {
        string report = "";
        await UntilAsync(
            async () =>
            {
                (_, report) = await ForeignProgram.RunAsync(
                    Path.GetTempPath(), Path.Combine(AppContext.BaseDirectory, "holdfast"), "report", "--from=-1h", "--events", site.Events);
                return System.Text.RegularExpressions.Regex.IsMatch(
                    report, $@"\n\| {Alert} \| {severity} \| {blind} \| [\d: -]+ \| [\d: -]+ \| [\d.]+ (s|min [\d]+ s) \([\d: -]+\) \| ");
            },
            $"the report of the alert to {severity}");
        output.WriteLine(report);
        Assert.Equal(severity == "page", report.Contains("requests fail: ", StringComparison.Ordinal));
    }

    private static async Task<Notification> FirstAsync(Pagers pagers, string path, Func<Notification, bool> fits)
    {
        await UntilAsync(() => Task.FromResult(pagers.At(path, fits).Any()), path);
        return pagers.At(path, fits).First();
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(began) > s_patience)
            {
                Assert.Fail($"It never came: {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>An instance, its users, and those who watch it.</summary>
    private sealed class Site(HoldfastProcess instance, Monitoring monitoring, SteadyLoad load, DirectoryInfo folder) : IAsyncDisposable
    {
        public string Events => folder.FullName;

        public Monitoring Monitoring => monitoring;

        public Pagers Pagers => monitoring.Pagers;

        public SteadyLoad Load => load;

        public static async Task<Site> StartAsync(ClusterOnSockets cluster, IReadOnlyList<string> coordinators, bool protection)
        {
            DirectoryInfo events = Directory.CreateTempSubdirectory("holdfast-paging-");
            HoldfastProcess instance = await HoldfastProcess.StartOnClusterAsync(
                cluster, protection, RunningServers.Quota, ("HOLDFAST__EVENTS__PATH", events.FullName));
            Monitoring monitoring = await Monitoring.StartAsync(instance, coordinators, () => cluster.Now);
            return new Site(instance, monitoring, new SteadyLoad(instance.Sessions, seed: 1), events);
        }

        public async ValueTask DisposeAsync()
        {
            await load.DisposeAsync();
            await monitoring.DisposeAsync();
            await instance.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }
}
