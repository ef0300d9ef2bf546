using Holdfast.Incidents.Plans;
using Holdfast.Lab.Simulation;
using Xunit;

namespace Holdfast.Acceptance.Cluster;

/// <summary>The program on the lab's cluster under a thousand requests a second: incidents by name, then thirty that are drawn.</summary>
public sealed class IncidentTests(ITestOutputHelper output)
{
    private static readonly (string Name, double Seconds, FaultPlan Plan)[] s_incidents =
    [
        ("every node is rebooted in turn and rejoins blind", 34, FaultPlan.InTurn(["eqiad-1", "eqiad-2", "eqiad-3"], Seconds(11), "rejoin-blind", "down=1s", "for=7s")),
        ("blind to some peers only", 7, At("blind-to", "eqiad-1", "peers=eqiad-2", "for=6s")),
        ("cut off while it runs", 20, At("cut", "eqiad-2", "for=19s")),
        ("flapping", 18, new FaultPlan([.. Enumerable.Range(0, 3).Select(i => new PlannedFault(Seconds(6 * i), "cut", "eqiad-3", "for=3s"))])),
        ("half a second slow", 7, At("slow", "eqiad-1", "floor=500ms", "tail=1ms", "for=6s")),
        ("refuses everything at once", 6, At("overloaded", "eqiad-2", "share=100%", "for=5s")),
        ("half-open", 9, At("half-open", "eqiad-3", "for=8s")),
        ("statements are forgotten", 5, At("unprepared", "eqiad", "share=30%", "for=4s")),
        ("checksums do not hold", 5, At("corrupt", "eqiad-1", "share=10%", "for=4s")),
        ("answers come after the timeout", 6, At("late", "eqiad-2", "by=900ms", "share=50%", "for=5s")),
        ("a data centre is lost", 7, At("kill", "codfw", "for=6s")),
        ("2022-09-15: reimaged, at its old address, and blind", 12, At("reimage", "eqiad-2", "down=2s", "blind=true")),
        ("2025-03-31: disks fill and full nodes crash", 9, new FaultPlan([
            new PlannedFault(TimeSpan.Zero, "disk-full", "eqiad-1 codfw-2", "for=8s"),
            new PlannedFault(Seconds(4), "kill", "eqiad-1 codfw-2", "for=4s")])),
        ("a host is reimaged", 8, At("reimage", "eqiad-3", "down=2s")),
        ("paused", 8, At("pause", "eqiad-1", "for=6s")),
    ];

    [Fact]
    public async Task Nobody_notices_what_happens_to_a_node()
    {
        TestSettings.SkipWhenFast();
        await using ServedSite site = await ServedSite.StartAsync(seed: 1);
        foreach ((string name, double seconds, FaultPlan plan) in s_incidents)
        {
            int before = site.Visitors.Failed;
            await site.PlayAsync(plan, Seconds(seconds), Seconds(40));
            output.WriteLine($"{name}: {site.Visitors.Failed - before} failed; {plan}");
        }

        // Blind for ever: it is left alone until it is restarted.
        await site.PlayAsync(At("rejoin-blind", "eqiad-2", "down=2s", "stuck=true"), Seconds(10), TimeSpan.Zero);
        await site.StopAsync();
        AssertNobodyNoticed(site, "the same seed every time");
        Assert.Equal(0, site.Visitors.Failed - site.Visitors.Excused);
    }

    [Fact]
    public async Task No_schedule_of_faults_hurts_a_user_whom_some_coordinator_could_have_served()
    {
        TestSettings.SkipWhenFast();
        int seeds = TestSettings.Number("HOLDFAST_SOCKET_SEEDS", 30);
        TestSettings.PrintSeed(output, seeds);
        await using ServedSite site = await ServedSite.StartAsync(TestSettings.Seed);
        for (int i = 0; i < seeds; i++)
        {
            FaultPlan plan = new RandomPlan(new Randomness((ulong)(TestSettings.Seed + i)).Fork("plan"), nodesPerDataCenter: 3, scale: 0.17).Draw();
            int before = site.Visitors.Failed;
            await site.PlayAsync(plan, Seconds(4), Seconds(1.5));
            output.WriteLine($"seed {TestSettings.Seed + i}: {site.Visitors.Failed - before} failed, {site.Visitors.Violations.Count} violations so far; {plan}");
        }

        await site.StopAsync();
        AssertNobodyNoticed(site, TestSettings.Replay);
    }

    private void AssertNobodyNoticed(ServedSite site, string replay)
    {
        double[] sorted = [.. site.Visitors.Milliseconds.Order()];
        output.WriteLine($"{site.Visitors.Rate} requests a second; {site.Visitors}; judgement suspended for {site.Visitors.Suspended.TotalSeconds:0.0} s");
        output.WriteLine(FormattableString.Invariant($"p50 {sorted[sorted.Length / 2]:0.0} ms, p99 {sorted[sorted.Length * 99 / 100]:0.0} ms, worst {sorted[^1]:0} ms"));
        foreach (string violation in site.Visitors.Violations.Take(20))
        {
            output.WriteLine(violation);
        }

        Assert.True(
            site.Visitors.Violations.IsEmpty,
            $"{site.Visitors.Violations.Count} violations, the first: {site.Visitors.Violations.FirstOrDefault()}; {replay}");
        Assert.SkipWhen(
            site.Visitors.Suspended > TimeSpan.FromSeconds(10),
            $"the machine was wanted elsewhere for {site.Visitors.Suspended.TotalSeconds:0} s: nothing can be said of what was late");
    }

    private static FaultPlan At(string kind, string nodes, params string[] arguments) =>
        FaultPlan.Of(new PlannedFault(Seconds(0.5), kind, nodes, arguments));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
