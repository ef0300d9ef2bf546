using System.Text.Json;
using Holdfast.Admin;
using Holdfast.Configuration;
using Holdfast.Insight.Quota;
using Holdfast.Tests.Http;
using Holdfast.Tests.Telemetry;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Tests.Hosting;

/// <summary>The workload as a running server counts it, tells it, and, when told to, limits it.</summary>
[Collection(nameof(Alone))]
public sealed class WorkloadTests
{
    private const string Space = "wiki:MWSession";

    [Fact]
    public async Task The_admin_listener_tells_the_workload_and_no_key()
    {
        await using var server = await TestServer.StartAsync();
        for (int i = 0; i < 10; i++)
        {
            await server.SendAsync("POST", Target($"secret{i}"), [1]);
            await server.SendAsync("POST", Target($"secret{i}"), [1]);
            await server.SendAsync("GET", Target($"secret{i}"));
        }

        var (status, text) = await AskAsync(server);
        var report = JsonSerializer.Deserialize(text, WorkloadJson.Default.WorkloadReport)!;
        var space = report.Namespaces.Single(space => space.Namespace == Space);

        Assert.Equal(200, status);
        Assert.Equal((3L, 3L), (space.Hits, space.SameValue)); // the last three: seven keys were no namespace yet
        Assert.Equal(10, report.Rewritten.Count);
        var metrics = (await server.AdminAsync("/metrics")).Text;
        Assert.Contains($"\nholdfast_namespace_requests_total{{kind=\"same_value\",namespace=\"{Space}\"}} 3\n", metrics);
        Assert.DoesNotContain("secret", text + metrics + server.Log);
    }

    [Fact]
    public async Task A_web_page_is_not_told()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(403, (await AskAsync(server, "https://evil.example")).Status);
        Assert.Equal(404, (await server.SendAsync("GET", WorkloadEndpoint.Path)).Status);
    }

    [Fact]
    public async Task Switched_off_nothing_is_counted()
    {
        var options = TestServer.Options();
        options.Workload.Enabled = false;
        await using var server = await TestServer.StartAsync(options);
        await server.SendAsync("POST", Target("a"), [1]);

        Assert.Equal(501, (await AskAsync(server)).Status);
        Assert.DoesNotContain("holdfast_namespace", (await server.AdminAsync("/metrics")).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Enforced_a_key_that_is_written_all_the_time_is_answered_429_and_no_other_request_is(bool enforced)
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        await using var server = await TestServer.StartAsync(Limited(enforced), time);
        await server.SendAsync("POST", Target("person"), [1]);
        List<RawResponse> busy = [];
        for (int i = 0; i < 200; i++)
        {
            busy.Add(await server.SendAsync("POST", Target("busy"), [(byte)i]));
        }

        Assert.Equal(201, (await server.SendAsync("POST", Target("person"), [2])).Status);
        Assert.Equal(201, (await server.SendAsync("POST", Target("new"), [1])).Status);
        Assert.Equal(200, (await server.SendAsync("GET", Target("busy"))).Status);
        Assert.Equal(204, (await server.SendAsync("DELETE", Target("busy"))).Status);
        Assert.Equal(201, (await server.SendAsync("POST", Target("busy"), [1])).Status);

        var refused = busy.Where(answer => answer.Status != 201).ToList();
        Assert.Equal(enforced, refused.Count > 100);
        Assert.All(refused, answer => Expect.Problem(answer, 429, Target("busy").Replace("%3A", ":")));
        Assert.All(refused, answer => Assert.Equal("1", answer["Retry-After"]));
        var metrics = (await server.AdminAsync("/metrics")).Text;
        Assert.Contains($"\nholdfast_quota_rejected_total{{namespace=\"{Space}\"}} {refused.Count}\n", metrics);
        Assert.Contains($"\nholdfast_quota_exceeded_total{{limit=\"writes\",namespace=\"{Space}\"}} 1\n", metrics);
        Assert.Equal(0, server.Lines().Count(line => line["level"]!.GetValue<string>() == "ERROR"));
        Assert.Contains("\nholdfast_slo_requests_total{result=\"error\"} 0\n", metrics);
    }

    private static string Target(string id) => $"{TestServer.Base}wiki%3AMWSession%3A{id}";

    private static async Task<(int Status, string Text)> AskAsync(TestServer server, string? origin = null)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(server.AdminAddress, WorkloadEndpoint.Path));
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static HoldfastOptions Limited(bool enforced)
    {
        var options = TestServer.Options();
        options.Quota.Enforce = enforced;
        options.Quota.Namespaces = new Dictionary<string, QuotaLimit> { [Space] = new(10, 0) };
        return options;
    }
}
