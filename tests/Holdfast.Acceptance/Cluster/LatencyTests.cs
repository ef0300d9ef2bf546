using System.Globalization;
using Holdfast.Incidents.Plans;
using Xunit;

namespace Holdfast.Acceptance.Cluster;

/// <summary>
/// What a reboot and a pause cost in latency, measured when bench/run asks for it: nobody can promise a latency on a machine that others
/// use at the same time.
/// </summary>
public sealed class LatencyTests(ITestOutputHelper output)
{
    private const int Rounds = 5;

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_rebooting = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_paused = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_hard_reboot_triples_the_99th_percentile_at_most_and_a_pause_adds_300_milliseconds_at_most()
    {
        string? page = Environment.GetEnvironmentVariable("HOLDFAST_MEASURE_LATENCY");
        Assert.SkipWhen(page is null, "measured by bench/run latency");
        await using ServedSite site = await ServedSite.StartAsync(seed: 21, rate: 300);
        List<(double Quiet, double Reboot, double Paused)> rounds = [];
        for (int i = 0; i < Rounds; i++)
        {
            double quiet = Percentile(await RecordAsync(site, FaultPlan.Of(), s_quiet, []), 0.99);
            TimeSpan[] kills = [TimeSpan.Zero, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)];
            double reboot = Percentile(
                await RecordAsync(
                    site,
                    new FaultPlan([.. kills.Select((at, n) => new PlannedFault(at, "reboot-hard", $"eqiad-{n + 1}", "down=1s"))]),
                    s_rebooting, kills),
                0.99);
            double paused = (await RecordAsync(site, FaultPlan.Of(new PlannedFault(TimeSpan.Zero, "pause", "eqiad-2", "for=10s")), s_paused, [TimeSpan.Zero])).Max();
            rounds.Add((quiet, reboot, paused));
            output.WriteLine(Invariant($"quiet p99 {quiet:0.0} ms; rolling hard reboot p99 {reboot:0.0} ms ({reboot / quiet:0.0}x); paused: worst {paused:0.0} ms (+{paused - quiet:0.0} ms)"));
        }

        await site.StopAsync();
        await File.WriteAllTextAsync(page, Page(rounds, site.Visitors), TestContext.Current.CancellationToken);
        output.WriteLine(site.Visitors.ToString());
        Assert.Equal(0, site.Visitors.Failed);
        Assert.InRange(Median(rounds.Select(round => round.Reboot / round.Quiet)), 0, 3);
        Assert.InRange(Median(rounds.Select(round => round.Paused - round.Quiet)), 0, 300);
    }

    /// <summary>The latencies of what was served, without requests that were sent within a second of one of the moments.</summary>
    private static async Task<double[]> RecordAsync(ServedSite site, FaultPlan plan, TimeSpan lasts, TimeSpan[] without)
    {
        site.Visitors.Answers = new();
        TimeSpan began = site.Cluster.Now;
        await site.PlayAsync(plan, lasts, TimeSpan.FromSeconds(60));
        TimeSpan until = began + lasts;
        var answers = site.Visitors.Answers;
        site.Visitors.Answers = null;
        return [.. answers
            .Where(answer => answer.Served && answer.Began < until && !without.Any(at => answer.Began >= began + at && answer.Began < began + at + s_first))
            .Select(answer => answer.Milliseconds)];
    }

    private static double Percentile(double[] values, double share) => values.Order().ElementAt((int)(values.Length * share));

    private static double Median(IEnumerable<double> values) => Percentile([.. values], 0.5);

    private static string Page(List<(double Quiet, double Reboot, double Paused)> rounds, Visitors visitors) => Invariant($"""
        # What a reboot and a pause cost in latency

        Written by `bench/run latency` on {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} processors, which the lab's six
        nodes, two instances and {visitors.Rate:0} users a second share. Milliseconds; a round is 10 s of quiet, 30 s in which every local node is
        rebooted hard in turn (the first second after each kill is left out), and 10 s in which one is paused (the first second left out).
        {visitors.Requests} requests, {visitors.Failed} failed.

        | round | quiet p99 | rolling hard reboot p99 | ratio (bar 3) | paused: worst | over quiet p99 (bar 300) |
        |---|---|---|---|---|---|
        {string.Join('\n', rounds.Select((round, i) => Invariant($"| {i + 1} | {round.Quiet:0.0} | {round.Reboot:0.0} | {round.Reboot / round.Quiet:0.0} | {round.Paused:0.0} | {round.Paused - round.Quiet:0.0} |")))}
        | median | {Median(rounds.Select(r => r.Quiet)):0.0} | {Median(rounds.Select(r => r.Reboot)):0.0} | {Median(rounds.Select(r => r.Reboot / r.Quiet)):0.0} | {Median(rounds.Select(r => r.Paused)):0.0} | {Median(rounds.Select(r => r.Paused - r.Quiet)):0.0} |

        """);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
