using Holdfast.Lab.Workload;
using Xunit;

namespace Holdfast.Lab.Tests.Scenarios;

/// <summary>
/// What gocql 1.3 with its default policies met on a real cluster of three, 100 requests a second with a timeout of 2 s, row by row:
/// the built-in client, which has its habits, meets the same on the lab.
/// </summary>
public sealed class GocqlTableTests(ITestOutputHelper output)
    : GocqlColumn(output, "reads: 0.7, writes: 0.3, timeout: 2s")
{
    private const string TimedOut = "no response received from cassandra within timeout period";
    private const string TimedOutThere = "Operation timed out - received only 1 responses.";

    /// <summary>256 of 3,884, each after 2 s.</summary>
    [Fact]
    public void Ten_seconds_of_pause_cost_a_third_but_for_the_last_two()
    {
        var failed = Play("39s", "{ at: 10s, fault: pause, nodes: [eqiad-1], with: { for: 10s } }").Failed;
        Assert.InRange(failed.Count, 230, 300);
        Assert.All(failed, f => Assert.Equal((TimedOut, 2.0), (f.Error, Math.Round(f.After.TotalSeconds, 3))));
    }

    /// <summary>668 of 5,944: waits of 2 s, then Unavailable, until the node is said to be down.</summary>
    [Fact]
    public void Forty_seconds_of_dropped_packets_cost_waits_and_then_refusals()
    {
        var played = Play("60s", "{ at: 10s, fault: cut-in, nodes: [eqiad-1], with: { for: 40s } }");
        var failed = played.Failed;
        Assert.InRange(failed.Count, 500, 800);
        Assert.InRange(failed.Count(f => f.Error is TimedOut or TimedOutThere), 400, 750);
        Assert.All(failed, f => Assert.Equal(0, f.Node));

        // All the others are refusals, at once, and none comes before the node can have convicted its peers; or still waited when it was given up.
        Assert.InRange(failed.Count(f => f.Error == "the node is said to be down"), 0, 70);
        Assert.All(failed, f => Assert.Contains(f.Error, (string[])[TimedOut, TimedOutThere, GocqlRun.Unavailable, "the node is said to be down"]));
        var refused = played.All.Where(r => r.Result.Error == GocqlRun.Unavailable).ToList();
        Assert.InRange(refused.Count, 10, 150);
        Assert.All(refused, r => Assert.InRange(r.Result.After.TotalMilliseconds, 0, 20));
        var cut = played.MomentOf("fault  #1 cut-in");
        Assert.All(refused, r => Assert.True(played.SinceItBegan(r.At) > cut + TimeSpan.FromSeconds(12)));
        Assert.InRange(played.SinceItBegan(played.All.Last(r => r.Result.Error is TimedOut or TimedOutThere).At), TimeSpan.Zero, cut + TimeSpan.FromSeconds(26));
    }

    /// <summary>1,247 of 14,990; exactly a third while the node is blind.</summary>
    [Fact]
    public void The_incident_costs_a_third_while_the_node_is_blind()
    {
        var played = Play(
            "180s",
            "{ at: 10s, fault: cut-in, nodes: [eqiad-1] }",
            "{ at: 10s, fault: stop, nodes: [eqiad-1], with: { for: 5s } }",
            "{ at: 160s, heal: cut-in }");
        var blind = played.All.Where(r => r.Result is { Node: 0, Error: not null }).ToList();
        var refused = played.Failed.Where(f => f.Error == GocqlRun.Unavailable).ToList();
        Assert.InRange(refused.Count, 1_000, 1_600);
        Assert.InRange(refused.Count(f => f.Kind == OperationKind.Read) / (double)refused.Count, 0.65, 0.75); // 872 reads and 375 writes
        var (from, to) = (blind[0].At + TimeSpan.FromSeconds(1), blind[^1].At - TimeSpan.FromSeconds(1));
        var meanwhile = played.All.Where(r => r.At >= from && r.At <= to).ToList();
        Assert.InRange(meanwhile.Count(r => r.Result.Error is not null) / (double)meanwhile.Count, 0.33, 0.337);
        Assert.All(meanwhile.Where(r => r.Result.Error is not null), r => Assert.Equal(GocqlRun.Unavailable, r.Result.Error));
    }
}
