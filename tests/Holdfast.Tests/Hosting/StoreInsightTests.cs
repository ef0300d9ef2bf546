using System.Text.RegularExpressions;
using Holdfast.Configuration;
using Holdfast.Sessions;
using Holdfast.Tests.Http;
using Holdfast.Tests.Telemetry;
using Xunit;

namespace Holdfast.Tests.Hosting;

/// <summary>That what watches the store is there in a running server, and is not when it is switched off.</summary>
[Collection(nameof(Alone))]
public sealed class StoreInsightTests
{
    private const string Target = TestServer.Base + "foo";
    private static readonly SessionKey s_key = new("foo"u8.ToArray());

    [Fact]
    public async Task A_session_that_was_acknowledged_and_is_gone_is_unexplained()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("POST", Target, [1]);
        await server.Store.DeleteAsync(s_key, CancellationToken.None); // as through another instance

        Assert.Equal(404, (await server.SendAsync("GET", Target)).Status);
        var metrics = (await server.AdminAsync("/metrics")).Text;
        Assert.Contains("\nholdfast_session_second_reads_total{result=\"missing\"} 1\n", metrics);
        Assert.Contains("\nholdfast_session_unexplained_misses_total{} 1\n", metrics);
        Assert.Contains("\nholdfast_session_stale_reads_prevented_total{} 0\n", metrics);
    }

    [Fact]
    public async Task What_was_deleted_here_is_not_asked_for_again()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("POST", Target, [1]);
        await server.SendAsync("DELETE", Target);

        Assert.Equal(404, (await server.SendAsync("GET", Target)).Status);
        await NothingWasAskedForAgainAsync(server);
    }

    [Fact]
    public async Task Without_memory_for_it_nothing_is_remembered()
    {
        var options = TestServer.Options();
        options.SessionLoss.MemoryBytes = 0;
        await using var server = await TestServer.StartAsync(options);
        await server.SendAsync("POST", Target, [1]);
        await server.Store.DeleteAsync(s_key, CancellationToken.None);

        Assert.Equal(404, (await server.SendAsync("GET", Target)).Status);
        await NothingWasAskedForAgainAsync(server);
    }

    [Fact]
    public async Task Canaries_and_sentinels_run_in_the_server_and_leave_no_key_in_its_log()
    {
        HoldfastOptions options = TestServer.Options();
        options.Canary.Interval = TimeSpan.FromSeconds(1);
        options.SessionLoss.SentinelInterval = TimeSpan.FromSeconds(1);
        await using var server = await TestServer.StartAsync(options);

        await Eventually.TrueAsync(async () => await ShowsAsync("holdfast_canary_runs_total{coordinator=\"embedded\",result=\"ok\",step=\"none\"}"), "a canary");
        await Eventually.TrueAsync(async () => await ShowsAsync("holdfast_session_sentinels{}"), "sentinels");
        server.Store.Intercept = _ => new(WriteResult.Unavailable("away"));
        await server.LogLineAsync("The canary through embedded fails");
        Assert.NotEmpty(server.Store.Keys);
        Assert.DoesNotContain(server.Store.Keys, key => server.Log.Contains(key.TrimStart('\0'), StringComparison.Ordinal));

        async Task<bool> ShowsAsync(string series) =>
            Regex.IsMatch((await server.AdminAsync("/metrics")).Text, $"\n{Regex.Escape(series)} [1-9]");
    }

    private static async Task NothingWasAskedForAgainAsync(TestServer server)
    {
        var metrics = (await server.AdminAsync("/metrics")).Text;
        Assert.All(
            (string[])["found", "missing", "unanswered", "skipped"],
            result => Assert.Contains($"\nholdfast_session_second_reads_total{{result=\"{result}\"}} 0\n", metrics));
    }
}
