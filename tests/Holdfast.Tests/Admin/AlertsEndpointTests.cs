using System.Text;
using Holdfast.Admin;
using Holdfast.Events;
using Holdfast.Tests.Commands;
using Holdfast.Tests.Http;
using Xunit;

namespace Holdfast.Tests.Admin;

public sealed class AlertsEndpointTests : IDisposable
{
    private const string Json = "application/json";
    private const string Asking = "/admin/asking";
    private const string One = """{"status":"firing","labels":{"alertname":"A","severity":"page","coordinator":"10.0.0.1:9042"},"annotations":{"summary":"s"},"startsAt":"2023-01-24T20:55:30.5Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"f"}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_alert_is_an_event_once_and_its_end_another()
    {
        await using (var server = await StartAsync())
        {
            Assert.Contains("\"recorded\":1,\"repeated\":0", (await PostAsync(server, Body(One))).Text);
            Assert.Contains("\"recorded\":0,\"repeated\":1", (await PostAsync(server, Body(One))).Text);
            Assert.Contains("\"recorded\":1,\"repeated\":1", (await PostAsync(server, Body(One, One.Replace("firing", "resolved", StringComparison.Ordinal)))).Text);
        }

        var told = Read().OfType<AlertReceived>().ToList();
        Assert.Equal(["firing", "resolved"], told.Select(alert => alert.Status));
        Assert.Equal(
            new AlertReceived("A", "firing", "page", null, "10.0.0.1:9042", new DateTimeOffset(2023, 1, 24, 20, 55, 30, 500, TimeSpan.Zero), null, "s", "f"),
            told[0] with { At = default });
        Assert.Empty(Read().OfType<OperatorActed>()); // Alertmanager is no operator
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("""{"alerts":{}}""")]
    [InlineData("""{"alerts":"many"}""")]
    [InlineData("""{"alerts":[""")]
    public async Task What_is_no_webhook_is_refused(string body)
    {
        await using var server = await StartAsync();

        Assert.Equal(400, (await PostAsync(server, body)).Status);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"status":"firing","labels":null,"startsAt":"2023-01-24T20:55:30Z"}""")]
    [InlineData("""{"status":"firing","labels":{"alertname":7},"startsAt":"2023-01-24T20:55:30Z"}""")]
    [InlineData("""{"status":"firing","labels":{"alertname":"\ud800"},"startsAt":"2023-01-24T20:55:30Z"}""")]
    [InlineData("""{"status":"burning","labels":{"alertname":"A"},"startsAt":"2023-01-24T20:55:30Z"}""")]
    [InlineData("""{"status":"firing","labels":{"alertname":"A"},"startsAt":"yesterday"}""")]
    [InlineData("""{"status":"firing","labels":{"alertname":"A"},"startsAt":20230124}""")]
    public async Task An_entry_that_is_no_alert_is_passed_over_and_the_others_are_taken(string entry)
    {
        await using var server = await StartAsync();

        Assert.Contains("\"recorded\":1,\"repeated\":0,\"ignored\":1", (await PostAsync(server, Body(entry, One))).Text);
    }

    [Fact]
    public async Task Bodies_lists_and_texts_are_bounded()
    {
        await using (var server = await StartAsync())
        {
            Assert.Equal(400, (await PostAsync(server, Body([.. Enumerable.Repeat(One, 6000)]))).Status); // over a mebibyte
            Assert.Equal(400, (await PostAsync(server, $$"""{"alerts":{{new string('[', 100)}}{{new string(']', 100)}}}""")).Status);
            var many = Enumerable.Range(0, 300).Select(i => One.Replace("\"A\"", $"\"A{i}\"", StringComparison.Ordinal)).ToArray();
            Assert.Contains($"\"recorded\":{AlertWebhook.AlertsMax},\"repeated\":0,\"ignored\":44", (await PostAsync(server, Body(many))).Text);
            await PostAsync(server, Body(One.Replace("\"A\"", $"\"{new string('é', 5000)}\"", StringComparison.Ordinal)));
        }

        Assert.All(Read().OfType<AlertReceived>(), alert => Assert.InRange(alert.Name.Length, 2, 129));
        Assert.Equal(AlertWebhook.AlertsMax + 1, Read().OfType<AlertReceived>().Count());
    }

    [Fact]
    public async Task Web_pages_and_the_main_listener_are_refused()
    {
        await using var server = await StartAsync();

        Assert.Equal(403, (await PostAsync(server.AdminAddress, AlertsEndpoint.Path, Body(One), Json, origin: "http://evil.example")).Status);
        Assert.Equal(415, (await PostAsync(server.AdminAddress, AlertsEndpoint.Path, Body(One), "text/plain")).Status);
        Assert.Equal(404, (await PostAsync(server.Address, AlertsEndpoint.Path, Body(One), Json)).Status);
    }

    [Fact]
    public async Task Without_an_event_log_there_is_nobody_to_tell()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(404, (await PostAsync(server, Body(One))).Status);
    }

    [Fact]
    public void What_was_told_is_remembered_within_bounds()
    {
        AlertMemory memory = new();
        AlertReceived Numbered(int i) => new($"A{i}", "firing", null, null, null, default, null, null, null);
        Assert.All(Enumerable.Range(0, AlertMemory.Capacity + 1), i => Assert.True(memory.IsNew(Numbered(i))));

        Assert.False(memory.IsNew(Numbered(AlertMemory.Capacity)));
        Assert.True(memory.IsNew(Numbered(0)));
    }

    [Fact]
    public async Task An_operators_action_is_an_event_with_what_was_asked_and_the_answer()
    {
        await using (var server = await StartAsync(BackupEndpoint.Create("127.0.0.1"), Asks()))
        {
            await PostAsync(server.AdminAddress, BackupEndpoint.Path, """{"directory":"/somewhere"}""", Json);
            await PostAsync(server.AdminAddress, Asking, """ { "directory": "/somewhere" } """, Json);
            await server.AdminAsync("/metrics");
        }

        Assert.Equal(
            [
                new OperatorActed("POST /admin/backup", null, 501, "127.0.0.1"), // refused before it was read: not the embedded store
                new OperatorActed("POST /admin/asking", """{"directory":"/somewhere"}""", 200, "127.0.0.1"),
            ],
            Read().OfType<OperatorActed>().Select(acted => acted with { At = default }));
    }

    [Fact]
    public async Task Minutes_hold_what_became_of_requests_until_the_end()
    {
        await using (var server = await StartAsync())
        {
            await server.SendAsync("POST", TestServer.Base + "marked-key", [1]);
            await server.SendAsync("GET", TestServer.Base + "nobody");
            server.Store.Intercept = _ => ValueTask.FromResult(Sessions.WriteResult.Unavailable("away"));
            await server.SendAsync("GET", TestServer.Base + "marked-key");
        }

        var minutes = Read().OfType<MinutePassed>().ToList();
        Assert.Equal((2, 1), (minutes.Sum(minute => minute.Good + minute.Slow), minutes.Sum(minute => minute.Error)));
        Assert.Equal(1, minutes.Sum(minute => minute.Failures?.GetValueOrDefault("read unavailable")));
        Assert.IsType<Stopped>(Read()[^1]);
        Assert.All(Directory.GetFiles(_folder.Combine("events")), file => Assert.DoesNotContain("marked-key", File.ReadAllText(file), StringComparison.Ordinal));
    }

    private async Task<TestServer> StartAsync(params Holdfast.Http.AdminEndpoint[] endpoints)
    {
        var options = TestServer.Options();
        options.Events.Path = _folder.Combine("events");
        return await TestServer.StartAsync(options, adminEndpoints: endpoints);
    }

    private static Holdfast.Http.AdminEndpoint Asks() => new("POST", Asking, (context, _) =>
        AdminExchange.ReadAsync(context, BackupJson.Default.BackupRequest, "anything"));

    private static Task<(int Status, string Text)> PostAsync(TestServer server, string body) =>
        PostAsync(server.AdminAddress, AlertsEndpoint.Path, body, Json);

    private static async Task<(int Status, string Text)> PostAsync(Uri server, string path, string body, string type, string? origin = null)
    {
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(server, path)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new(type);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string Body(params string[] alerts) => $$"""{"version":"4","status":"firing","receiver":"page","alerts":[{{string.Join(',', alerts)}}]}""";

    private List<ServiceEvent> Read() => [.. EventReader.ReadFolder(_folder.Combine("events")).Events.Select(told => told.Event)];
}
