using System.Globalization;
using Holdfast.Incidents.Plans;
using Holdfast.Lab.Simulation;
using Xunit;

namespace Holdfast.Acceptance.Cluster;

/// <summary>
/// The program on the lab's cluster under a thousand requests a second: incidents by name, then thirty that are drawn. They are played on
/// several sites at the same time, which share these requests: an incident is mostly waiting.
/// </summary>
public sealed class IncidentTests(ITestOutputHelper output)
{
    private const double Rate = 1_000;
    private const int Sites = 5;
    private const int PlaysMax = 3;

    /// <summary>When a machine stood still for so long in one play, what was late in it is the machine's fault as likely as the program's.</summary>
    private static readonly TimeSpan s_stoodStillMax = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Nobody_notices_what_happens_to_a_node()
    {
        TestSettings.SkipWhenFast();
        IReadOnlyList<IReadOnlyList<SocketIncident>> rows = SocketIncident.Rows;
        await AssertNobodyNoticesAsync(seed: 1, [.. rows.Select((row, number) => PlayRow(row, isLast: number == rows.Count - 1))], "the same seeds every time");
    }

    [Fact]
    public async Task No_schedule_of_faults_hurts_a_user_whom_some_coordinator_could_have_served()
    {
        TestSettings.SkipWhenFast();
        int seeds = TestSettings.Number("HOLDFAST_SOCKET_SEEDS", 30);
        TestSettings.PrintSeed(output, seeds);
        await AssertNobodyNoticesAsync(TestSettings.Seed, [.. Enumerable.Range(0, Sites).Select(site => PlaySeeds(site, seeds))], TestSettings.Replay);
    }

    private static Func<ServedSite, SiteRun, Task> PlayRow(IReadOnlyList<SocketIncident> row, bool isLast) => async (site, run) =>
    {
        foreach (SocketIncident incident in row)
        {
            await run.PlayAsync(site, incident);
        }

        if (isLast)
        {
            await LoseEveryInstanceAsync(site, run);
            await StayBlindAsync(site, run);
        }

        await run.BecomeEvenAsync(site);
    };

    private static Func<ServedSite, SiteRun, Task> PlaySeeds(int first, int seeds) => async (site, run) =>
    {
        for (int i = first; i < seeds; i += Sites)
        {
            FaultPlan plan = new RandomPlan(new Randomness((ulong)(TestSettings.Seed + i)).Fork("plan"), nodesPerDataCenter: 3, scale: SiteRun.DrawnScale).Draw();
            await run.PlayAsync(site, string.Create(CultureInfo.InvariantCulture, $"seed {TestSettings.Seed + i}"), plan);
        }
    };

    /// <summary>2022-12-13: a scheduling mistake leaves the site with one instance, and then with none, until it is undone.</summary>
    private static async Task LoseEveryInstanceAsync(ServedSite site, SiteRun run)
    {
        for (int left = 1; left >= 0; left--)
        {
            int exitCode = await site.StopInstanceAsync();
            run.Require(exitCode == 0, $"2022-12-13: an instance left with {exitCode}");
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        }

        run.Require(site.Visitors.TurnedAway > 0, "2022-12-13: nobody came while no instance ran");
        (TimeSpan began, int failed) = (site.Cluster.Now, site.Visitors.Failed);
        await site.StartInstancesAsync();
        run.Say(FormattableString.Invariant($"2022-12-13: {site.Visitors.TurnedAway} turned away while no instance ran; two were ready after {(site.Cluster.Now - began).TotalSeconds:0.0} s"));

        // What was acknowledged before is judged by what is read now, and what is written now must win over it.
        await Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System);
        run.Require(site.Visitors.Failed == failed, $"2022-12-13: {site.Visitors.Failed - failed} failed once instances ran again");
    }

    /// <summary>2023-01-24, and nobody restarts the node: it is left alone until somebody does.</summary>
    private static async Task StayBlindAsync(ServedSite site, SiteRun run)
    {
        const string node = "eqiad-2";
        await site.Cluster.BeginAsync(FaultPlan.Of(new PlannedFault(TimeSpan.Zero, "rejoin-blind", node, "down=1s", "stuck=true")));
        await run.UntilAsync(site, () => site.Cluster.IsBlindAsync(node), $"{node} is blind");
        await run.StaysOutAsync(site, node, TimeSpan.FromSeconds(10));
        await site.PlayAsync(FaultPlan.Of(new PlannedFault(TimeSpan.Zero, "reboot", node, "down=1s")), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(40));
    }

    /// <summary>
    /// Plays, and fails for what was broken. What was answered wrongly is so whatever the machine did; what came too late, or not at all,
    /// is judged by another play, by the same bounds, when the machine stood still in this one.
    /// </summary>
    private async Task AssertNobodyNoticesAsync(int seed, IReadOnlyList<Func<ServedSite, SiteRun, Task>> plays, string replay)
    {
        for (int play = 1; ; play++)
        {
            SiteRun[] runs = await SiteRun.PlayAsync(seed, Rate, plays);
            foreach (string line in runs.SelectMany(run => run.Lines).Concat(runs.SelectMany(run => run.Wrong.Concat(run.Broken).Take(5))))
            {
                output.WriteLine(line);
            }

            string[] wrong = [.. runs.SelectMany(run => run.Wrong)];
            Assert.True(wrong.Length == 0, $"{wrong.Length} wrong, the first: {wrong.FirstOrDefault()}; {replay}");
            string[] broken = [.. runs.SelectMany(run => run.Broken)];
            if (broken.Length == 0)
            {
                return;
            }

            TimeSpan stoodStill = runs.Max(run => run.Suspended);
            Assert.True(play < PlaysMax && stoodStill > s_stoodStillMax, $"{broken.Length} broken, the first: {broken[0]}; {replay}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the machine stood still for {stoodStill.TotalSeconds:0} s: played again"));
        }
    }
}
