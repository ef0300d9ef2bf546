using Holdfast.Cql.Health;
using Holdfast.Insight.Canary;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Simulation.Tests.Insight;

public sealed class CanaryTests(ITestOutputHelper output)
{
    private static readonly SessionKey s_key = new("a key"u8.ToArray());

    [Fact]
    public void Through_a_healthy_cluster_every_canary_succeeds()
    {
        using WatchedSite site = new(1);
        CanaryBoard canaries = site.Canaries();
        site.Run(TimeSpan.FromSeconds(65));

        Assert.Equal(3, canaries.Read().Count(at => at is { Step: CanaryStep.None, Runs: 6 }));
        Assert.Equal(0, canaries.Read().Where(at => at.Step != CanaryStep.None).Sum(at => at.Runs));
    }

    [Fact]
    public void A_coordinator_that_reaches_nobody_fails_its_own_canary_and_no_other()
    {
        using WatchedSite site = new(2);
        CanaryBoard canaries = site.Canaries();
        site.Run(TimeSpan.FromSeconds(25));
        site.Lab.Fault("cut", "eqiad-1");
        site.Run(TimeSpan.FromSeconds(60));
        Tell(site, canaries);

        string blind = site.Lab.Cluster.Nodes[0].Address.ToString();
        Assert.Equal(6, canaries.Read().Single(at => at.Coordinator == blind && at.Step == CanaryStep.Write).Runs);
        Assert.Equal(0, canaries.Read().Where(at => at.Coordinator != blind && at.Step != CanaryStep.None).Sum(at => at.Runs));
        Assert.Single(site.Log, line => line.Contains("The canary", StringComparison.Ordinal) && line.Contains(blind, StringComparison.Ordinal));

        site.Lab.Faults.HealAll();
        site.Run(TimeSpan.FromSeconds(60));
        Assert.Contains(site.Log, line => line.Contains($"The canary through {blind} succeeds again", StringComparison.Ordinal));
    }

    [Fact]
    public void While_the_other_data_centre_is_away_a_canary_deletes_as_a_user_does()
    {
        using WatchedSite site = new(3);
        CanaryBoard canaries = site.Canaries();
        site.Lab.Fault("cut-dc", "codfw");
        site.Run(TimeSpan.FromSeconds(65));
        Tell(site, canaries);

        Assert.Equal(0, canaries.Read().Where(at => at.Step != CanaryStep.None).Sum(at => at.Runs));
    }

    [Fact]
    public void A_drained_coordinator_has_no_canary()
    {
        using WatchedSite site = new(4);
        string drained = site.Lab.Cluster.Nodes[1].Address.ToString();
        Assert.True(site.Stores[0].Cluster.Drain(drained));
        CanaryBoard canaries = site.Canaries();
        site.Run(TimeSpan.FromSeconds(35));

        Assert.DoesNotContain(canaries.Read(), at => at.Coordinator == drained);
        Assert.Equal(6, canaries.Read().Sum(at => at.Runs));
    }

    /// <summary>A node that fails writes alone passes every probe: only what counts as evidence could take it out of service.</summary>
    [Fact]
    public void What_is_sent_through_one_coordinator_is_no_evidence()
    {
        using WatchedSite site = new(5);
        string failing = site.Lab.Cluster.Nodes[0].Address.ToString();
        site.Lab.Fault("failing", "eqiad-1", "kind=write-timeout");
        ISessionStore through = site.Stores[0].ThroughEach().Single(path => path.Address == failing).Sessions;
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(StoreStatus.Unavailable, site.Await(through.SetAsync(s_key, new([1]), new SessionTtl(60), CancellationToken.None)).Status);
            site.Run(TimeSpan.FromMilliseconds(10));
        }

        Assert.All(site.Stores[0].Cluster.Coordinators(), coordinator => Assert.Equal(CoordinatorState.Up, coordinator.State));

        // The same as traffic: the node is left.
        for (int i = 0; i < 200; i++)
        {
            site.Await(site.Stores[0].SetAsync(s_key, new([1]), new SessionTtl(60), CancellationToken.None));
            site.Run(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(CoordinatorState.Ejected, site.Stores[0].Cluster.Coordinators().Single(coordinator => coordinator.Address == failing).State);
    }

    private void Tell(WatchedSite site, CanaryBoard canaries)
    {
        foreach (var at in canaries.Read().Where(at => at.Runs > 0))
        {
            output.WriteLine($"{at.Coordinator} {at.Step} {at.Runs}");
        }

        foreach (string line in site.Log)
        {
            output.WriteLine(line);
        }
    }
}
