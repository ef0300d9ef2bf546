using Holdfast.Insight.Loss;
using Xunit;

namespace Holdfast.Simulation.Tests.Insight;

public sealed class SentinelTests(ITestOutputHelper output)
{
    [Fact]
    public void When_every_replica_loses_power_before_its_log_is_on_disk_the_loss_is_confirmed()
    {
        using WatchedSite site = new(11);
        LossCounts losses = site.Sentinels(0);
        site.Run(TimeSpan.FromSeconds(64)); // written a few seconds ago, the last one
        site.Lab.Fault("power-loss", "all", "for=10s");
        site.Run(TimeSpan.FromSeconds(180));
        Tell(site, losses);

        Assert.InRange(losses.Confirmed, 1, 6);
        Assert.Equal(losses.Confirmed, site.Log.Count(line => line.Contains("Error Sessions are being lost", StringComparison.Ordinal)));

        // What was written since is there.
        long confirmed = losses.Confirmed;
        site.Run(TimeSpan.FromMinutes(15));
        Assert.Equal(confirmed, losses.Confirmed);
    }

    [Fact]
    public void What_one_data_centre_has_lost_is_found_in_the_other_and_counted_as_a_stale_read()
    {
        using WatchedSite site = new(12);
        LossCounts losses = site.Sentinels(0);
        site.Run(TimeSpan.FromSeconds(64));
        site.Lab.Fault("power-loss", "eqiad", "for=10s");
        site.Run(TimeSpan.FromSeconds(180));
        Tell(site, losses);

        Assert.Equal(0, losses.Confirmed);
        Assert.InRange(losses.StaleReadsPrevented, 1, 6);
    }

    [Theory]
    [InlineData("power-loss", "eqiad-1", "for=60s")]
    [InlineData("cut", "eqiad-1", "for=60s")]
    [InlineData("kill", "eqiad", "for=30s")]
    [InlineData("reimage", "eqiad-2", "down=20s")]
    public void A_fault_that_loses_nothing_is_no_loss(string fault, string nodes, string how)
    {
        using WatchedSite site = new(13);
        LossCounts losses = site.Sentinels(0);
        site.Run(TimeSpan.FromSeconds(64));
        site.Lab.Fault(fault, nodes, how);
        site.Run(TimeSpan.FromMinutes(6));
        Tell(site, losses);

        Assert.Equal(0, losses.Confirmed);
        Assert.True(losses.SentinelsFound > 50);
    }

    private void Tell(WatchedSite site, LossCounts losses)
    {
        output.WriteLine($"confirmed {losses.Confirmed}, prevented {losses.StaleReadsPrevented}, found {losses.SentinelsFound}, unanswered {losses.SentinelsUnanswered}");
        foreach (string line in site.Log.Where(line => line.Contains("entinel", StringComparison.Ordinal)))
        {
            output.WriteLine(line);
        }
    }
}
