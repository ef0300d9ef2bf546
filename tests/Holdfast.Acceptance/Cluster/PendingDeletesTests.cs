using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Holdfast.Incidents.Plans;
using Xunit;

namespace Holdfast.Acceptance.Cluster;

/// <summary>A data centre is away, users log out, and the program is killed: nobody stays logged in there.</summary>
public sealed partial class PendingDeletesTests : IDisposable
{
    private const int Users = 20;

    // Generous: a shared machine that builds something else at the same time.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-deletes-");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    public void Dispose()
    {
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Deletes_that_could_not_reach_a_data_centre_survive_a_kill_and_reach_it_later()
    {
        await using ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(14);
        await using HoldfastProcess there = await HoldfastProcess.StartUnreadyAsync(cluster, protection: true, "codfw");
        await there.WaitUntilReadyAsync();
        await using (HoldfastProcess here = await StartAsync(cluster))
        {
            await ForEachAsync(here, user => _http.PostAsync(user, new StringContent("logged in")), HttpStatusCode.Created);
            await EventuallyAsync(async () => await CountAsync(there, HttpStatusCode.OK) == Users);
            await cluster.BeginAsync(FaultPlan.Of(new PlannedFault(TimeSpan.Zero, "cut-dc", "codfw-1")));
            await EventuallyAsync(async () =>
            {
                await ForEachAsync(here, _http.DeleteAsync, HttpStatusCode.NoContent);
                return await MetricAsync(here, "holdfast_deletes_pending") == Users;
            });
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System); // what is younger may be lost to a kill
            here.Signal(HoldfastProcess.SigKill);
            await here.WaitForExitAsync();
        }

        Assert.Equal(Users, await CountAsync(there, HttpStatusCode.OK));
        await using HoldfastProcess again = await StartAsync(cluster);
        Assert.Equal(Users, await MetricAsync(again, "holdfast_deletes_pending"));
        await cluster.HealAsync();

        await EventuallyAsync(async () => await MetricAsync(again, "holdfast_deletes_pending") == 0);
        Assert.Equal(Users, await MetricAsync(again, "holdfast_deletes_repeated_total"));
        Assert.Equal(Users, await CountAsync(there, HttpStatusCode.NotFound));
    }

    private Task<HoldfastProcess> StartAsync(ClusterOnSockets cluster) =>
        HoldfastProcess.StartOnClusterAsync(cluster, protection: true, ("HOLDFAST__CASSANDRA__DELETES_PATH", Path.Combine(_folder.FullName, "deletes")));

    private static async Task ForEachAsync(HoldfastProcess holdfast, Func<Uri, Task<HttpResponseMessage>> act, HttpStatusCode expected)
    {
        for (int i = 0; i < Users; i++)
        {
            using HttpResponseMessage answer = await act(new Uri(holdfast.Sessions, $"user-{i}"));
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    private async Task<int> CountAsync(HoldfastProcess holdfast, HttpStatusCode expected)
    {
        int count = 0;
        for (int i = 0; i < Users; i++)
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri(holdfast.Sessions, $"user-{i}"));
            count += answer.StatusCode == expected ? 1 : 0;
        }

        return count;
    }

    private async Task<double> MetricAsync(HoldfastProcess holdfast, string name)
    {
        string text = await _http.GetStringAsync(new Uri(holdfast.Root, "metrics"));
        Match match = Sample().Matches(text).Single(sample => sample.Groups["name"].Value == name);
        return double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < s_patience, "It did not come about.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    [GeneratedRegex("""^(?<name>[a-z_]+)(\{[^}]*\})? (?<value>\S+)""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();
}
