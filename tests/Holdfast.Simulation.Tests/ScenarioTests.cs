using Xunit;

namespace Holdfast.Simulation.Tests;

/// <summary>The incidents, in virtual time, against two instances of the client whose clocks differ by a second.</summary>
public sealed class ScenarioTests(ITestOutputHelper output)
{
    [Fact]
    public void Two_instances_find_the_cluster_and_serve_within_a_second()
    {
        using SimulatedSite site = new(1, new SiteOptions());
        Assert.True(site.Ready);
        Play(site, TimeSpan.FromSeconds(60));

        Assert.Equal(0, site.Failed);
        AssertEven(site);
    }

    [Fact]
    public void A_node_that_rejoins_blind_is_not_noticed_by_anybody()
    {
        using SimulatedSite site = new(1, new SiteOptions());
        site.Lab.Fault("rejoin-blind", "eqiad-1", "down=60s");
        Play(site, TimeSpan.FromMinutes(6));

        Assert.Equal(0, site.Failed);
    }

    private void Play(SimulatedSite site, TimeSpan duration)
    {
        TimeSpan end = site.Lab.Scheduler.Now + duration;
        site.Visit(end);
        site.Lab.Scheduler.RunUntil(end);
        site.Settle();
        foreach (string line in site.Log.TakeLast(60))
        {
            output.WriteLine(line);
        }

        output.WriteLine($"ready after {site.StartedIn}, {site.Requests} requests, {site.Failed} failed, worst {site.WorstLatency}");
        foreach (var status in site.Instances.SelectMany(instance => instance.Coordinators()))
        {
            output.WriteLine(status.ToString());
        }

        Assert.Empty(site.Violations);
    }

    private static void AssertEven(SimulatedSite site)
    {
        foreach (IReadOnlyList<long> served in Enumerable.Range(0, site.Instances.Count).Select(site.Served))
        {
            double mean = served.Average();
            Assert.All(served, count => Assert.InRange(count, mean * 0.7, mean * 1.3));
        }
    }
}
