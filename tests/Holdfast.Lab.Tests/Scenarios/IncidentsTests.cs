using Holdfast.Lab.Scenarios;
using Xunit;

namespace Holdfast.Lab.Tests.Scenarios;

/// <summary>The four incidents, as they ship, with the habits of the client that met them.</summary>
public sealed class IncidentsTests(ITestOutputHelper output)
{
    private const string Unavailable = "Cannot achieve consistency level LOCAL_QUORUM";

    [Fact]
    public void A_blind_coordinator_fails_a_third_of_all_requests_until_it_heals_and_none_before_the_reboot()
    {
        var (intervals, lines) = Play("2023-01-24-blind-coordinator.yaml");
        Assert.All(Between(intervals, 0, 1), i => Assert.Equal(0, i.Failed));
        var blind = Between(intervals, 7, 17).ToList();
        Assert.All(blind, i => Assert.InRange(i.FailedShare, 0.25, 0.40));
        Assert.All(blind, i => Assert.Equal([Unavailable], i.Errors.Select(e => e.Key)));
        Assert.All(blind, i => Assert.Equal(i.Failed, i.Avoidable)); // every one could have been served elsewhere
        Assert.All(Between(intervals, 18.5, 21), i => Assert.Equal(0, i.Failed));

        // The facts page's order: down, back and said to be UP by its peers while it sees none of them, open, used, failing; healed, serving.
        AssertInOrder(
            lines,
            "eqiad-1 closes CQL (PowerLost)",
            "eqiad-2 sees eqiad-1 DOWN",
            "eqiad-1: the node is said to be down",
            "eqiad-1 sees eqiad-2 DOWN",
            "eqiad-2 sees eqiad-1 UP",
            "eqiad-1 opens CQL, sees 0 of 5 peers up",
            "eqiad-1: connected",
            Unavailable,
            "heal   #1 rejoin-blind",
            "eqiad-1 sees eqiad-2 UP",
            " 0 failed (0.0 %)");
    }

    [Fact]
    public void A_reimaged_host_fails_its_share_for_thirteen_minutes_and_comes_back_whole()
    {
        var (intervals, lines) = Play("2022-09-15-reimage.yaml");
        Assert.All(Between(intervals, 5, 16), i => Assert.InRange(i.FailedShare, 0.25, 0.40));
        Assert.All(Between(intervals, 18.5, 20), i => Assert.Equal(0, i.Failed));
        Assert.Contains(lines, l => l.Contains("eqiad-2 opens CQL, sees 0 of", StringComparison.Ordinal));
    }

    [Fact]
    public void A_service_without_instances_is_no_fault_of_the_cluster()
    {
        var (intervals, _) = Play("2022-12-13-no-instance.yaml");
        Assert.All(Between(intervals, 2, 9), i => Assert.Equal((1.0, 0), (i.FailedShare, i.Avoidable)));
        Assert.All(Between(intervals, 10.5, 12), i => Assert.Equal(0, i.Failed));
    }

    [Fact]
    public void Full_disks_take_the_quorum_and_no_client_could_have_helped()
    {
        var (intervals, _) = Play("2025-03-31-full-disks.yaml");
        Assert.All(Between(intervals, 6, 37), i => Assert.True(i.FailedShare > 0.9));
        Assert.All(Between(intervals, 8, 37), i => Assert.Equal(0, i.Avoidable));
        Assert.All(Between(intervals, 40, 42), i => Assert.Equal(0, i.Failed));
    }

    [Fact]
    public void A_seed_writes_the_same_timeline_again()
    {
        var untilItIsBlind = TimeSpan.FromMinutes(7);
        var (_, once) = Play("2023-01-24-blind-coordinator.yaml", 42, untilItIsBlind);
        var (_, again) = Play("2023-01-24-blind-coordinator.yaml", 42, untilItIsBlind);
        var (_, other) = Play("2023-01-24-blind-coordinator.yaml", 43, untilItIsBlind);
        Assert.Contains(once, l => l.Contains("Cannot achieve consistency level LOCAL_QUORUM", StringComparison.Ordinal));
        Assert.Equal(once, again);
        Assert.NotEqual(once, other);
    }

    /// <summary>Each is told after the one before it.</summary>
    private static void AssertInOrder(List<string> lines, params string[] told)
    {
        var from = 0;
        foreach (var text in told)
        {
            var at = lines.FindIndex(from, l => l.Contains(text, StringComparison.Ordinal));
            Assert.True(at >= 0, $"'{text}' is not told after '{(from == 0 ? "the beginning" : lines[from - 1])}'");
            from = at + 1;
        }
    }

    private static IEnumerable<Interval> Between(IReadOnlyList<Interval> intervals, double fromMinute, double toMinute) =>
        intervals.Where(i => i.From >= TimeSpan.FromMinutes(fromMinute) && i.From + TimeSpan.FromSeconds(10) <= TimeSpan.FromMinutes(toMinute));

    private (IReadOnlyList<Interval> Intervals, List<string> Lines) Play(string file, ulong seed = 1, TimeSpan? lasts = null)
    {
        var lines = new List<string>();
        var scenario = ScenarioFile.Read(Path.Combine(AppContext.BaseDirectory, "scenarios", file));
        var run = new ScenarioRun(scenario, seed, lines.Add);
        run.Begin();
        run.Cluster.Scheduler.RunUntil(lasts is { } part ? run.Cluster.Scheduler.Now + part : run.End);
        lines.ForEach(output.WriteLine);
        return (run.Timeline.Intervals, lines);
    }
}
