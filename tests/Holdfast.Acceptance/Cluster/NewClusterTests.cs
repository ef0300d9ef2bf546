using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Holdfast.Acceptance.Cluster;

/// <summary>What an operator does with a new site: the service is there before its cluster is, then the schema, then maintenance.</summary>
public sealed class NewClusterTests : IDisposable
{
    // Generous: a shared machine that builds something else at the same time.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task It_starts_with_no_cluster_says_why_and_serves_when_there_is_one_with_a_schema()
    {
        await using ClusterOnSockets cluster = ClusterOnSockets.Make(11);
        await using HoldfastProcess holdfast = await HoldfastProcess.StartUnreadyAsync(cluster, protection: true, "eqiad");

        JsonNode unready = await UnreadyAsync(holdfast, cluster.Hosts);
        Assert.Equal("starting", (string?)unready["status"]);
        Assert.All(cluster.Hosts, host => Assert.Contains($"{host}:{cluster.Port} (connection refused)", (string?)unready["reason"], StringComparison.Ordinal));
        Assert.DoesNotContain("reason", await TextAsync(new Uri(holdfast.Root, "readyz"), HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        await TextAsync(new Uri(holdfast.Sessions, "a"), HttpStatusCode.ServiceUnavailable);
        await SaysAsync(holdfast, $"{cluster.Hosts[0]}:{cluster.Port} (connection refused)");

        await cluster.OpenAsync();
        await SaysAsync(holdfast, "keyspace kask does not exist");
        Assert.Contains("it has codfw, eqiad", (await CommandAsync(holdfast, 1, "schema", "apply", "--dc", "eqiad=3", "codf=3")).Error, StringComparison.Ordinal);
        string printed = (await CommandAsync(holdfast, 0, "schema", "--dc", "eqiad=3", "codfw=3")).Output;
        Assert.Contains("""CREATE TABLE IF NOT EXISTS "kask"."values" (key text PRIMARY KEY, value blob);""", printed, StringComparison.Ordinal);
        await CommandAsync(holdfast, 0, "schema", "apply", "--dc", "eqiad=3", "codfw=3");
        await CommandAsync(holdfast, 0, "schema", "apply", "--dc", "eqiad=3", "codfw=3"); // and again changes nothing

        await holdfast.WaitUntilReadyAsync();
        using HttpResponseMessage stored = await _http.PostAsync(new Uri(holdfast.Sessions, "a"), new StringContent("hello"));
        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        Assert.Equal("hello", await TextAsync(new Uri(holdfast.Sessions, "a"), HttpStatusCode.OK));
        await SaysAsync(holdfast, "Schema: the keyspace 'kask' does not exist");
    }

    [Fact]
    public async Task An_operator_drains_a_coordinator_and_gives_it_back_and_never_drains_the_last()
    {
        await using ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(12);
        await using HoldfastProcess holdfast = await HoldfastProcess.StartOnClusterAsync(cluster, protection: true);
        await StateAsync(holdfast, cluster.Hosts, "Up");

        string table = (await CommandAsync(holdfast, 0, "coordinators", "drain", cluster.Hosts[0])).Output;
        Assert.Matches($@"{cluster.Hosts[0]}:\d+ +Draining .* Operator", table);
        await CommandAsync(holdfast, 0, "coordinators", "drain", cluster.Hosts[1]);
        long before = (long)await ServedAsync(holdfast, cluster.Hosts[0]);
        for (int i = 0; i < 50; i++)
        {
            await TextAsync(new Uri(holdfast.Sessions, $"none-{i}"), HttpStatusCode.NotFound);
        }

        Assert.Equal(before, (long)await ServedAsync(holdfast, cluster.Hosts[0]));
        Assert.Contains("(409)", (await CommandAsync(holdfast, 1, "coordinators", "drain", cluster.Hosts[2])).Error, StringComparison.Ordinal);
        Assert.Contains("(404)", (await CommandAsync(holdfast, 1, "coordinators", "undrain", "127.9.9.9")).Error, StringComparison.Ordinal);

        await CommandAsync(holdfast, 0, "coordinators", "undrain", cluster.Hosts[0]);
        await CommandAsync(holdfast, 0, "coordinators", "undrain", cluster.Hosts[1]);
        await StateAsync(holdfast, cluster.Hosts, "Up");

        Assert.Contains("health.mode observe", (await CommandAsync(holdfast, 0, "coordinators", "mode", "observe")).Output, StringComparison.Ordinal);
        Assert.Contains("health.mode act", (await CommandAsync(holdfast, 0, "coordinators", "mode", "act")).Output, StringComparison.Ordinal);
        await SaysAsync(holdfast, "Nothing was found in the cluster that would lose sessions");
    }

    [Fact]
    public async Task Without_a_local_data_centre_it_takes_the_one_it_finds_and_warns()
    {
        await using ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(13);
        await using HoldfastProcess holdfast = await HoldfastProcess.StartUnreadyAsync(cluster, protection: true, localDataCenter: null);
        await holdfast.WaitUntilReadyAsync();
        await SaysAsync(holdfast, "No local data centre is configured: taking eqiad");
        await SaysAsync(holdfast, "cassandra.query_timeout_ms of 12000 is longer than clients wait: a request ends after 2000 ms");
        await TextAsync(new Uri(holdfast.Sessions, "a"), HttpStatusCode.NotFound);
    }

    /// <summary>A likely slip of the pen: it is told in the log and by readiness, with the data centres that there are, and no session is called absent.</summary>
    [Fact]
    public async Task A_local_data_centre_that_no_host_is_in_is_told_with_those_that_there_are()
    {
        await using ClusterOnSockets cluster = await ClusterOnSockets.StartAsync(18);
        await using HoldfastProcess holdfast = await HoldfastProcess.StartUnreadyAsync(cluster, protection: true, localDataCenter: "eqaid");
        await SaysAsync(holdfast, "No host of the cluster is in the local data centre 'eqaid'; there are: codfw, eqiad");
        JsonNode unready = JsonNode.Parse(await TextAsync(new Uri(holdfast.Admin, "readyz"), HttpStatusCode.ServiceUnavailable))!;
        Assert.Contains("no host of the cluster is in the local data centre 'eqaid'; there are: codfw, eqiad", (string?)unready["reason"], StringComparison.Ordinal);
        await TextAsync(new Uri(holdfast.Sessions, "a"), HttpStatusCode.ServiceUnavailable);
        await SaysAsync(holdfast, "No coordinator is in service: no host of the cluster is in the local data centre"); // again and again
    }

    /// <summary>Until each contact point was tried.</summary>
    private async Task<JsonNode> UnreadyAsync(HoldfastProcess holdfast, IReadOnlyList<string> hosts)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            JsonNode answer = JsonNode.Parse(await TextAsync(new Uri(holdfast.Admin, "readyz"), HttpStatusCode.ServiceUnavailable))!;
            if (hosts.All(host => ((string?)answer["reason"])?.Contains(host, StringComparison.Ordinal) == true)
                || TimeProvider.System.GetElapsedTime(began) > s_patience)
            {
                return answer;
            }

            await PauseAsync();
        }
    }

    private async Task StateAsync(HoldfastProcess holdfast, IReadOnlyList<string> hosts, string state)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            JsonArray all = (JsonArray)(await ClusterAsync(holdfast))["coordinators"]!;
            if (all.Count == hosts.Count && all.All(coordinator => (string?)coordinator!["state"] == state))
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < s_patience, all.ToJsonString());
            await PauseAsync();
        }
    }

    private async Task<JsonNode> ServedAsync(HoldfastProcess holdfast, string host) =>
        ((JsonArray)(await ClusterAsync(holdfast))["coordinators"]!)
            .Single(coordinator => ((string)coordinator!["address"]!).StartsWith($"{host}:", StringComparison.Ordinal))!["served"]!;

    private async Task<JsonNode> ClusterAsync(HoldfastProcess holdfast) =>
        (await _http.GetFromJsonAsync<JsonNode>(new Uri(holdfast.Admin, "admin/coordinators")))!;

    private async Task<string> TextAsync(Uri uri, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = await _http.GetAsync(uri);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task SaysAsync(HoldfastProcess holdfast, string text)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!holdfast.Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < s_patience, $"'{text}' was not said:\n{holdfast.Output}");
            await PauseAsync();
        }
    }

    private static async Task<(string Output, string Error)> CommandAsync(HoldfastProcess holdfast, int exitCode, params string[] arguments)
    {
        string[] where = arguments[0] == "schema" ? [] : ["--admin", holdfast.Admin.ToString()];
        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, "holdfast"), [.. arguments, "--config", holdfast.Configuration, .. where])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process command = Process.Start(start)!;
        Task<string> output = command.StandardOutput.ReadToEndAsync();
        string error = await command.StandardError.ReadToEndAsync().WaitAsync(s_patience);
        await command.WaitForExitAsync().WaitAsync(s_patience);
        Assert.True(command.ExitCode == exitCode, $"{string.Join(' ', arguments)} ended with {command.ExitCode}: {await output}{error}");
        return (await output, error);
    }

    private static Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
}
