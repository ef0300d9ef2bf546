using System.Globalization;
using Xunit;

namespace Holdfast.Simulation.Tests.Scale;

/// <summary>
/// Two data centres of 30 nodes and twenty instances; with HOLDFAST_SCALE_HOSTS, of 150 nodes, so many of which are rebooted in turn, which
/// takes minutes: docs/scale.md has what came of eleven.
/// </summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    [Fact]
    public void A_rolling_reboot_of_a_large_cluster_hurts_nobody_and_while_nothing_is_wrong_probes_are_a_hundredth_of_its_requests_at_most()
    {
        bool isFull = int.TryParse(Environment.GetEnvironmentVariable("HOLDFAST_SCALE_HOSTS"), CultureInfo.InvariantCulture, out int hosts);
        hosts = isFull ? hosts : 2;
        LargeSite large = LargeSite.Run(nodes: isFull ? 150 : 30, instances: 20, rate: 500, hosts);
        output.WriteLine(FormattableString.Invariant(
            $"{large.Site.Requests} requests, {large.Site.Judge.Failed} failed, worst {large.Site.WorstLatency.TotalMilliseconds:0} ms; {hosts} hosts rebooted"));
        output.WriteLine(FormattableString.Invariant(
            $"probes {large.ProbeShare:P2} of the requests; connections a node {large.Connections.Mean:0.0}, at most {large.Connections.Most}; the busiest node has {large.Unevenness:0.00} of its share"));
        output.WriteLine(FormattableString.Invariant(
            $"while hosts are rebooted: probes {large.ProbesInReboots.Share:P2} of the requests, {large.ProbesInReboots.ASecondAnInstance:0.0} a second and instance; a host was left {large.Left.TotalMilliseconds:0} ms after it first failed a request, at most; {large.TakenBackBlind} instances took one back that was blind"));
        output.WriteLine($"attempts that failed through each blind host, all instances: {string.Join(", ", large.Exposures)}");
        foreach (string violation in large.Site.Judge.Violations.Take(20))
        {
            output.WriteLine(violation);
        }

        Assert.Empty(large.Site.Judge.Violations);
        Assert.Equal(0, large.Site.Judge.Failed);
        Assert.InRange(large.ProbeShare, 0, 0.01);
        Assert.InRange(large.Left, TimeSpan.Zero, TimeSpan.FromSeconds(10)); // no instance sends one node a request a second: silence for 7 s tells
        Assert.Equal(0, large.TakenBackBlind);
        Assert.InRange(large.Unevenness, 0, 1.5);
        Assert.All(large.Exposures, failed => Assert.InRange(failed, 0, 20 * 10)); // a few an instance until it leaves the host alone
    }
}
