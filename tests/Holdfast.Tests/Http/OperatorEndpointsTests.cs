using System.Text.Json.Nodes;
using Holdfast.Http;
using Holdfast.Sessions;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Holdfast.Tests.Http;

public sealed class OperatorEndpointsTests
{
    private static readonly string[] s_paths = ["/healthz", "/readyz", "/metrics", "/openapi", "/openapi.json"];

    [Fact]
    public async Task Health_is_answered_in_Kask_s_shape()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.SendAsync("GET", "/healthz");

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer["Content-Type"]);
        Assert.Equal("no-store", answer["Cache-Control"]);
        var health = JsonNode.Parse(answer.Text)!.AsObject();
        Assert.Equal(["version", "build_date", "build_host", "go_version"], health.Select(field => field.Key));
        Assert.StartsWith(".NET 10", health["go_version"]!.GetValue<string>());
        Assert.StartsWith("{\n  \"version\": \"", answer.Text);
        Assert.EndsWith("\"\n}", answer.Text);
    }

    [Fact]
    public async Task Both_listeners_answer_operators_and_only_the_main_one_serves_sessions()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("POST", TestServer.Base + "foo", [1]);

        foreach (var path in s_paths)
        {
            foreach (var answer in (RawResponse[])[await server.SendAsync("GET", path), await server.AdminAsync(path)])
            {
                Assert.Equal(200, answer.Status);
                Assert.Equal("no-store", answer["Cache-Control"]);
            }
        }

        Expect.Problem(await server.AdminAsync(TestServer.Base + "foo"), 404, TestServer.Base + "foo");
    }

    [Fact]
    public async Task Operators_are_answered_on_the_admin_listener_alone_when_so_configured()
    {
        var options = TestServer.Options();
        options.Admin.Only = true;
        await using var server = await TestServer.StartAsync(options);

        foreach (var path in s_paths)
        {
            Expect.Problem(await server.SendAsync("GET", path), 404, path);
            Assert.Equal(200, (await server.AdminAsync(path)).Status);
        }
    }

    [Fact]
    public async Task Two_addresses_may_share_a_port()
    {
        var options = TestServer.Options();
        await using (var probe = await TestServer.StartAsync(options))
        {
            options.Service.ListenPort = options.Admin.ListenPort = probe.Address.Port;
        }

        options.Admin.ListenAddress = "127.0.0.2";
        options.Admin.Only = true;
        await using var server = await TestServer.StartAsync(options);

        Assert.Equal(404, (await server.SendAsync("GET", "/healthz")).Status);
        Assert.Equal(200, (await server.AdminAsync("/healthz")).Status);
        Assert.Equal(201, (await server.SendAsync("POST", TestServer.Base + "foo", [1])).Status);
    }

    [Fact]
    public async Task An_admin_action_is_never_on_the_main_listener()
    {
        var action = new AdminEndpoint("POST", "/admin/backup", async (context, store) =>
        {
            Assert.IsType<MemoryStore>(store);
            await context.Response.WriteAsync("done");
        });
        await using var server = await TestServer.StartAsync(adminEndpoints: action);

        Expect.Problem(await server.SendAsync("POST", "/admin/backup", []), 404, "/admin/backup");
        var answer = await RawClient.SendOnceAsync(server.AdminAddress, "POST", "/admin/backup", []);
        Assert.Equal("done", answer.Text);
        Assert.Equal(404, (await server.AdminAsync("/admin/backup")).Status);
    }

    [Fact]
    public async Task Under_the_base_URI_slash_the_operators_paths_come_first_as_in_Kask()
    {
        var options = TestServer.Options();
        options.Service.BaseUri = "/";
        await using var server = await TestServer.StartAsync(options);

        Assert.Equal(201, (await server.SendAsync("POST", "/foo", [1])).Status);
        Assert.Equal(200, (await server.SendAsync("GET", "/foo")).Status);
        Assert.Contains("go_version", (await server.SendAsync("GET", "/healthz")).Text);
        Expect.Problem(await server.SendAsync("GET", "/"), 404, "/");
    }

    [Fact]
    public async Task Readiness_waits_for_the_storage_s_first_answer_and_then_stays()
    {
        await using var server = await TestServer.StartAsync(storageReady: false);

        var starting = await server.SendAsync("GET", "/readyz");
        Assert.Equal(503, starting.Status);
        Assert.Equal("no-store", starting["Cache-Control"]);
        Assert.Contains("starting", starting.Text);
        Assert.Equal(200, (await server.SendAsync("GET", "/healthz")).Status);
        Assert.Equal(201, (await server.SendAsync("POST", TestServer.Base + "foo", [1])).Status);

        server.Store.Readiness = StoreReadiness.Ready;
        await Eventually.TrueAsync(async () => (await server.SendAsync("GET", "/readyz")).Status == 200, "ready");

        server.Store.Readiness = StoreReadiness.NotReady("disk full");
        Assert.Equal(200, (await server.SendAsync("GET", "/readyz")).Status);
    }

    [Fact]
    public async Task Readiness_follows_the_storage_when_so_configured()
    {
        var options = TestServer.Options();
        options.Readiness.RequireBackend = true;
        await using var server = await TestServer.StartAsync(options);
        await Eventually.TrueAsync(async () => (await server.SendAsync("GET", "/readyz")).Status == 200, "ready");

        server.Store.Readiness = StoreReadiness.NotReady("gone");
        Assert.Equal(503, (await server.SendAsync("GET", "/readyz")).Status);
        server.Store.Readiness = StoreReadiness.Ready;
        Assert.Equal(200, (await server.SendAsync("GET", "/readyz")).Status);
    }
}
