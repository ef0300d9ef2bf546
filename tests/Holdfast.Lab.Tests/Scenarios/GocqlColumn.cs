using Xunit;

namespace Holdfast.Lab.Tests.Scenarios;

/// <summary>A column of the table of what gocql 1.3 with its default policies met on a real cluster of three; and what is the same in each.</summary>
public abstract class GocqlColumn(ITestOutputHelper output, string workload)
{
    /// <summary>Where a test says what came of it.</summary>
    private protected ITestOutputHelper Output => output;

    /// <summary>0 of 999 and of 1,000; the slowest 1 % took 19 ms there, of which the network of the lab has no part.</summary>
    [Fact]
    public void With_no_fault_nothing_fails_and_nothing_is_slow()
    {
        var played = Play("10s");
        Assert.Empty(played.Failed);
        Assert.InRange(played.All.Count, 950, 1_050);
        Assert.All(played.All, r => Assert.InRange(r.Result.After.TotalMilliseconds, 0, 19));
    }

    /// <summary>3 of 5,985 and of 5,996.</summary>
    [Fact]
    public void A_SIGKILL_and_a_restart_cost_what_was_under_way() => Assert.InRange(
        Play("60s", "{ at: 10s, fault: kill, nodes: [eqiad-1], with: { for: 10s } }").Failed.Count, 0, 6);

    private protected GocqlRun Play(string lasts, params string[] steps) => GocqlRun.Play(output, workload, lasts, steps);
}
