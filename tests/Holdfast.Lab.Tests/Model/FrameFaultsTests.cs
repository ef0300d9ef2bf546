using System.Globalization;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Scenarios;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Workload;
using Xunit;

namespace Holdfast.Lab.Tests.Model;

/// <summary>
/// The built-in client under random faults of frames and connections, with a cluster behind that is well: no request is forgotten,
/// none takes longer than its timeouts, nothing is left behind in a node, and once all is healed nothing fails.
/// </summary>
public sealed class FrameFaultsTests(ITestOutputHelper output)
{
    private const int Seeds = 6;

    private static readonly string[] Kinds =
    [
        "half-open", "reset", "late", "corrupt", "truncate", "unprepared", "refuse-auth", "schema-disagreement", "failing", "overloaded", "slow", "pause",
    ];

    [Fact]
    public void Whatever_happens_to_frames_every_request_ends_and_nothing_is_left_behind()
    {
        var (ended, failed) = (0, 0);
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var run = new ScenarioRun(Scenario, seed, _ => { });
            List<WorkloadResult> results = [];
            run.Answered += results.Add;
            run.Begin();
            Break(run, run.Cluster.Scheduler.Randomness.Fork("frame faults"));
            run.Cluster.Scheduler.RunUntil(run.End);

            var told = $"seed {seed}";
            Assert.True(results.TrueForAll(r => r.After <= Scenario.Workload.Patience), told);
            foreach (var process in run.Cluster.Nodes.Select(n => n.Process!))
            {
                Assert.True(process.Gate.InFlight <= 2 && process.Coordinator.InFlight <= 2, $"{told}: {process.Node.Name} still has requests"); // the last instant's
            }

            var last = run.Timeline.Intervals.TakeLast(3).ToList();
            Assert.All(last, i => Assert.True(i.Failed == 0, $"{told}: {string.Join("; ", i.Errors)}"));
            Assert.InRange(results.Count, (int)(Scenario.Workload.Rate * Scenario.Lasts.TotalSeconds * 0.8), int.MaxValue);
            (ended, failed) = (ended + results.Count, failed + results.Count(r => r.Error is not null));
        }

        output.WriteLine($"{ended} requests, {failed} failed");
        Assert.True(failed > 100, "the faults did nothing");
    }

    private static Scenario Scenario { get; } = ScenarioFile.Parse("the.yaml", new StringReader("""
        name: frames
        cluster: { eqiad: 3 }
        workload: { rate: 30, timeout: 1s, patience: 4s, reads: 0.6, writes: 0.3, deletes: 0.1 }
        lasts: 160s
        """));

    private static void Break(ScenarioRun run, Randomness random)
    {
        var at = run.Cluster.Scheduler.Now;
        for (var end = at + TimeSpan.FromSeconds(60); at < end; at += random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)))
        {
            var kind = random.Pick(Kinds);
            var arguments = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["for"] = random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15)).TotalSeconds.ToString("F3", CultureInfo.InvariantCulture) + "s",
            };
            if (FaultCatalog.Find(kind)!.Parameters.Any(p => p.Name == "share"))
            {
                arguments["share"] = random.Chance(0.5) ? "20%" : "100%";
            }

            var request = new FaultRequest(kind, [random.Pick(run.Cluster.Nodes).Name], arguments);
            run.Cluster.Scheduler.At(at, () => run.Faults.Apply(request));
        }
    }
}
