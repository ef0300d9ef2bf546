using System.Text.Json.Nodes;
using Holdfast.Http;
using Holdfast.Sessions;
using Holdfast.Tests.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Holdfast.Tests.Telemetry;

/// <summary>Every line that is written while a request is handled says which request it was, and which trace it belongs to.</summary>
[Collection(nameof(Alone))]
public sealed class RequestLinesTests
{
    private const string Target = TestServer.Base + "foo";
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static readonly string[] s_headers = ["X-Request-ID: abc-1", $"traceparent: 00-{Trace}-b7ad6b7169203331-01"];

    [Theory]
    [InlineData("GET", true, 500)]
    [InlineData("GET", false, 503)]
    [InlineData("POST", true, 500)]
    [InlineData("POST", false, 503)]
    [InlineData("DELETE", true, 500)]
    [InlineData("DELETE", false, 503)]
    public async Task Every_line_of_a_request_that_fails_has_its_id_and_its_trace(string method, bool throws, int status)
    {
        var options = TestServer.Options();
        options.Telemetry.OtlpEndpoint = new Uri("http://127.0.0.1:9/"); // nobody is there: traces are wanted, and lost
        await using var server = await TestServer.StartAsync(options);
        server.Store.Intercept = async _ =>
        {
            await Task.Yield();
            return throws ? throw new InvalidOperationException() : WriteResult.Unavailable("gone");
        };

        Assert.Equal(status, (await server.SendAsync(method, Target, method == "POST" ? [1] : null, s_headers)).Status);

        await Eventually.TrueAsync(() => Errors().Any(), "a line");
        Assert.All(Errors(), line =>
            Assert.Equal(("abc-1", Trace), (line["request_id"]?.GetValue<string>(), line["trace_id"]?.GetValue<string>())));

        IEnumerable<JsonObject> Errors() => server.Lines().Where(line => line["level"]!.GetValue<string>() == "ERROR");
    }

    [Fact]
    public async Task Without_a_collector_there_is_no_trace_on_a_line()
    {
        await using var server = await TestServer.StartAsync();
        server.Store.Intercept = _ => new(WriteResult.Unavailable("gone"));

        await server.SendAsync("GET", Target, null, s_headers);

        var line = await server.LogLineAsync("Error reading from storage");
        Assert.Equal("abc-1", line["request_id"]!.GetValue<string>());
        Assert.False(line.ContainsKey("trace_id"));
    }

    [Fact]
    public async Task What_the_server_says_of_a_failure_that_nobody_expected_has_the_id_too()
    {
        AdminEndpoint broken = new("GET", "/admin/broken", (HttpContext _, ISessionStore _) => throw new InvalidOperationException());
        await using var server = await TestServer.StartAsync(null, null, true, broken);

        Assert.Equal(500, (await server.AdminAsync("/admin/broken", s_headers)).Status);

        var line = await server.LogLineAsync("Connection id");
        Assert.Equal("abc-1", line["request_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_store_is_told_on_whose_behalf_it_is_asked()
    {
        string? name = null;
        await using var server = await TestServer.StartAsync();
        server.Store.Asked = key => name = key.Asker.Name;

        await server.SendAsync("GET", Target, null, s_headers);

        Assert.Equal("abc-1", name);
        Assert.Null(new SessionKey("a"u8.ToArray()).Asker.Name);
    }
}
