using System.Text.RegularExpressions;
using Holdfast.Sessions;
using Holdfast.Tests.Http;
using Xunit;

namespace Holdfast.Tests.Telemetry;

/// <summary>Alone in the process: meters of the same name are exported together, whichever server they belong to.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed partial class MetricsTests
{
    private const string Target = TestServer.Base + "foo";

    [Fact]
    public async Task Kask_s_metrics_have_Kask_s_names_labels_and_buckets()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("POST", Target, [1]);
        await server.SendAsync("GET", Target);

        var metrics = await ScrapeAsync(server);

        Assert.Contains("\nhttp_requests_total{code=\"201\",method=\"POST\"} 1\n", metrics);
        Assert.Contains("\nhttp_requests_total{code=\"200\",method=\"GET\"} 1\n", metrics);
        Assert.Contains("# TYPE http_requests_total counter\n", metrics);
        Assert.Contains("# TYPE http_request_duration_seconds histogram\n", metrics);
        Assert.Equal(
            ["0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "+Inf"],
            Bucket().Matches(metrics).Select(match => match.Groups[1].Value));
        Assert.Matches(
            "\nkask_build_info\\{build_date=\"[^\"]+\",build_host=\"[^\"]+\",go_version=\"\\.NET [^\"]+\",version=\"[^\"]+\"\\} 1\n", metrics);
        Assert.DoesNotContain("otel_scope", metrics);
        Assert.DoesNotContain("target_info", metrics);
    }

    [Fact]
    public async Task The_framework_s_metrics_stand_beside_ours()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("GET", Target);

        var metrics = await ScrapeAsync(server);

        Assert.Contains("http_server_request_duration_seconds_count{", metrics);
        Assert.Contains("kestrel_active_connections{", metrics);
        Assert.Contains("dotnet_gc_collections_total{", metrics);
        Assert.Contains("\nholdfast_ready{} 1\n", metrics);
    }

    [Fact]
    public async Task Series_are_there_before_anything_has_happened()
    {
        await using var server = await TestServer.StartAsync();

        var metrics = await ScrapeAsync(server);

        Assert.Contains("\nhttp_requests_total{code=\"500\",method=\"GET\"} 0\n", metrics);
        Assert.Contains("\nhttp_requests_total{code=\"404\",method=\"GET\"} 0\n", metrics);
        Assert.Contains("\nholdfast_storage_failures_total{operation=\"write\",reason=\"unavailable\"} 0\n", metrics);
        Assert.Contains("\nholdfast_limit_hits_total{limit=\"max_value_bytes\"} 0\n", metrics);
        Assert.Contains("\nholdfast_log_messages_total{level=\"ERROR\"} 0\n", metrics);
    }

    [Fact]
    public async Task A_failed_delete_is_counted_once_with_its_own_code()
    {
        await using var server = await TestServer.StartAsync();
        server.Store.Intercept = _ => throw new InvalidOperationException();
        await server.SendAsync("DELETE", Target);

        var metrics = await ScrapeAsync(server);

        Assert.Contains("\nhttp_requests_total{code=\"500\",method=\"DELETE\"} 1\n", metrics);
        Assert.Contains("\nhttp_requests_total{code=\"204\",method=\"DELETE\"} 0\n", metrics);
        Assert.Contains("\nhttp_request_duration_seconds_count{code=\"500\",method=\"DELETE\"} 1\n", metrics);
        Assert.DoesNotContain("http_request_duration_seconds_count{code=\"204\"", metrics);
        Assert.Contains("\nholdfast_storage_failures_total{operation=\"delete\",reason=\"fault\"} 1\n", metrics);
    }

    [Fact]
    public async Task The_objective_takes_a_404_for_good_a_failure_for_an_error_and_a_late_answer_for_slow()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("GET", Target);
        server.Store.Intercept = async cancellationToken =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, cancellationToken);
            return WriteResult.Ok;
        };
        await server.SendAsync("DELETE", Target);
        server.Store.Intercept = _ => throw new InvalidOperationException();
        await server.SendAsync("DELETE", Target);

        var metrics = await ScrapeAsync(server);

        Assert.Contains("\nholdfast_slo_requests_total{result=\"good\"} 1\n", metrics);
        Assert.Contains("\nholdfast_slo_requests_total{result=\"slow\"} 1\n", metrics);
        Assert.Contains("\nholdfast_slo_requests_total{result=\"error\"} 1\n", metrics);
    }

    [Fact]
    public async Task Methods_that_nobody_knows_share_one_label()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            await server.SendAsync($"M{i}", Target);
        }

        var metrics = await ScrapeAsync(server);

        Assert.Contains("\nhttp_requests_total{code=\"400\",method=\"_OTHER\"} 50\n", metrics);
        Assert.DoesNotContain("M1", metrics);
        Assert.DoesNotContain("M49", server.Log);
    }

    [Fact]
    public async Task A_client_that_goes_away_is_counted_as_499_and_not_as_our_failure()
    {
        await using var server = await TestServer.StartAsync();
        var arrived = new TaskCompletionSource();
        server.Store.Intercept = async cancellationToken =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return WriteResult.Ok;
        };
        var client = await RawClient.ConnectAsync(server.Address);
        await client.SendAsync("GET", Target);
        await arrived.Task;
        client.Reset();

        string metrics = string.Empty;
        await Eventually.TrueAsync(
            async () => (metrics = await ScrapeAsync(server)).Contains("\nhttp_requests_total{code=\"499\",method=\"GET\"} 1\n"), "a 499");
        Assert.Contains("\nhttp_requests_total{code=\"500\",method=\"GET\"} 0\n", metrics);
        Assert.Contains("\nholdfast_slo_requests_total{result=\"good\"} 0\n", metrics);
        Assert.DoesNotContain("ERROR", server.Log);
    }

    [Fact]
    public async Task A_write_whose_body_breaks_off_is_the_client_s_doing_and_stores_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var client = await RawClient.ConnectAsync(server.Address);
        await client.SendTextAsync($"POST {Target} HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc");
        await Eventually.TrueAsync(
            async () => (await ScrapeAsync(server)).Contains("http_server_active_requests{http_request_method=\"POST\",url_scheme=\"http\"} 1"), "an active POST");
        client.Reset();

        await Eventually.TrueAsync(
            async () => Regex.IsMatch(
                await ScrapeAsync(server), "\nhttp_requests_total\\{code=\"(400|499)\",method=\"POST\"\\} 1\n"),
            "a 400, or a 499 when the reset was noticed first");
        Assert.Equal(0, server.Store.Count);
        Assert.DoesNotContain("ERROR", server.Log);
    }

    [Fact]
    public async Task Each_limit_that_is_hit_is_counted()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("GET", TestServer.Base + new string('k', 1025));
        await server.SendAsync("POST", Target, new byte[1024 * 1024 + 1]);
        await server.SendAsync("POST", Target, [1], "Holdfast-TTL: 9999999");

        var metrics = await ScrapeAsync(server);

        Assert.Contains("\nholdfast_limit_hits_total{limit=\"max_key_bytes\"} 1\n", metrics);
        Assert.Contains("\nholdfast_limit_hits_total{limit=\"max_value_bytes\"} 1\n", metrics);
        Assert.Contains("\nholdfast_limit_hits_total{limit=\"max_ttl\"} 1\n", metrics);
    }

    private static async Task<string> ScrapeAsync(TestServer server)
    {
        var answer = await server.AdminAsync("/metrics");
        Assert.Equal(200, answer.Status);
        Assert.Equal("no-store", answer["Cache-Control"]);
        return answer.Text;
    }

    [GeneratedRegex("http_request_duration_seconds_bucket\\{code=\"200\",method=\"GET\",le=\"([^\"]+)\"\\}")]
    private static partial Regex Bucket();
}
