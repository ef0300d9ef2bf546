using System.Net;
using System.Text;
using Holdfast.Incidents.Plans;
using Xunit;

namespace Holdfast.Acceptance.Cluster;

/// <summary>Holdfast and a service built as Kask is built, side by side on one cluster.</summary>
public sealed class PeerTests(ITestOutputHelper output)
{
    /// <summary>A site can move over instance by instance, and back.</summary>
    [Fact]
    public async Task Rows_written_by_either_are_read_and_deleted_by_the_other()
    {
        TestSettings.SkipWhenFast();
        GoPeer.SkipUnlessPossible();
        await using ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(3);
        await using HoldfastProcess holdfast = await HoldfastProcess.StartOnClusterAsync(cluster, protection: true);
        await using GoPeer kask = await GoPeer.StartAsync(cluster);
        using HttpClient http = new();

        foreach ((Uri writer, Uri reader) in ((Uri, Uri)[])[(holdfast.Sessions, kask.Sessions), (kask.Sessions, holdfast.Sessions)])
        {
            for (int i = 0; i < 50; i++)
            {
                string key = $"MWSession%3A{i}";
                string value = $"{writer.Port} {i} \u00e4\u0000";
                HttpResponseMessage written = await http.PostAsync(new Uri(writer, key), new ByteArrayContent(Encoding.UTF8.GetBytes(value)));
                Assert.Equal(HttpStatusCode.Created, written.StatusCode);
                Assert.Equal(value, await http.GetStringAsync(new Uri(reader, key)));
                if (i % 2 == 0)
                {
                    Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync(new Uri(reader, key))).StatusCode);
                    Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(writer, key))).StatusCode);
                }
            }
        }
    }

    /// <summary>The falsification: what the incident did to the original, it does to the peer, and to Holdfast without its protection.</summary>
    [Fact]
    public async Task Without_protection_as_many_requests_fail_as_at_the_peer_and_with_it_none()
    {
        TestSettings.SkipWhenFast();
        GoPeer.SkipUnlessPossible();
        await using ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(4);
        await using HoldfastProcess protectedOne = await HoldfastProcess.StartOnClusterAsync(cluster, protection: true);
        await using HoldfastProcess bare = await HoldfastProcess.StartOnClusterAsync(cluster, protection: false);
        await using GoPeer kask = await GoPeer.StartAsync(cluster);
        await cluster.BeginAsync(FaultPlan.Of(new PlannedFault(TimeSpan.Zero, "rejoin-blind", "eqiad-2", "down=2s", "stuck=true")));
        await Task.Delay(TimeSpan.FromSeconds(45), TimeProvider.System); // the peer reconnects within half a minute

        double ofPeer = await ShareOfFailuresAsync(cluster, kask.Sessions);
        double ofBare = await ShareOfFailuresAsync(cluster, bare.Sessions);
        double ofProtected = await ShareOfFailuresAsync(cluster, protectedOne.Sessions);

        output.WriteLine(FormattableString.Invariant(
            $"failed while one of three coordinators was blind: peer {ofPeer:P1}, without protection {ofBare:P1}, with it {ofProtected:P1}"));
        Assert.InRange(ofBare, 0.25, 0.40);
        Assert.InRange(ofBare - ofPeer, -0.05, 0.05);
        Assert.Equal(0, ofProtected);
    }

    private static async Task<double> ShareOfFailuresAsync(ClusterOnSockets cluster, Uri sessions)
    {
        using Visitors visitors = new(cluster, [sessions], rate: 200, seed: 5);
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(10));
        await visitors.ComeAsync(stop.Token);
        return (visitors.Failed - visitors.Excused) / (double)visitors.Requests;
    }
}
