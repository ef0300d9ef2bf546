using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Admin;
using Holdfast.Configuration;
using Holdfast.Embedded;
using Holdfast.Hosting;
using Holdfast.Tests.Commands;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Holdfast.Tests.Admin;

public sealed class BackupEndpointTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();
    private HoldfastServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        HoldfastOptions options = new();
        (options.Service.ListenAddress, options.Service.ListenPort, options.Admin.ListenPort) = ("127.0.0.1", 0, 0);
        options.Storage.Embedded.Path = _folder.Combine("data");
        options.Storage.Embedded.MinFreeBytes = 0;
        _server = new HoldfastServer(
            options,
            services => EmbeddedSessionStore.Open(
                options.Storage.Embedded, TimeProvider.System, services.GetRequiredService<ILoggerFactory>().CreateLogger<EmbeddedSessionStore>()),
            TimeProvider.System,
            [BackupEndpoint.Create("store.example")],
            Stream.Null);
        await _server.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_operator_gets_lines_of_progress_and_a_last_one_that_says_done()
    {
        using var answer = await AskAsync(_folder.Combine("copy"));
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType!.ToString());
        Assert.True((bool)lines[^1]["done"]!);
        Assert.All(lines.SkipLast(1), line => Assert.Null(line["done"]));
        Assert.NotEmpty(Directory.GetFiles(_folder.Combine("copy")));
    }

    [Fact]
    public async Task It_is_not_on_the_listener_of_the_sessions()
    {
        using var request = Request(_server.Address, _folder.Combine("copy"));
        using var answer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.False(Directory.Exists(_folder.Combine("copy")));
    }

    [Theory]
    [InlineData("Origin", "http://127.0.0.1:8089", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Host", "evil.example", 403)]
    [InlineData("Host", "evil.example:8089", 403)]
    [InlineData("Host", "192.0.2.1", 403)]
    [InlineData("Host", "localhost.evil.example", 403)]
    [InlineData("Host", "localhost:1", 200)]
    [InlineData("Host", "127.0.0.2", 200)]
    [InlineData("Host", "[::1]:8089", 200)]
    [InlineData("Host", "store.example", 200)]
    public async Task A_web_page_is_refused_and_an_operator_is_not(string header, string value, int status)
    {
        using var request = Request(_server.AdminAddress, _folder.Combine("copy"));
        Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        using var answer = await _client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200, Directory.Exists(_folder.Combine("copy")));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("")]
    public async Task What_a_form_can_send_is_refused(string contentType)
    {
        using var request = Request(_server.AdminAddress, _folder.Combine("copy"));
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var answer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.False(Directory.Exists(_folder.Combine("copy")));
    }

    [Theory]
    [InlineData("{\"directory\":\"relative/path\"}")]
    [InlineData("{\"directory\":\"\"}")]
    [InlineData("{\"directory\":null}")]
    [InlineData("{\"directory\":\"/a\\u0000b\"}")]
    [InlineData("{\"directory\":7}")]
    [InlineData("{\"directory\":\"/tmp/x\",\"force\":true}")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[")]
    [InlineData("")]
    public async Task Anything_but_an_absolute_path_is_a_problem(string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_server.AdminAddress, BackupEndpoint.Path))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var answer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_named_and_left_alone()
    {
        Directory.CreateDirectory(_folder.Combine("full"));
        var precious = _folder.Write("full/precious.txt", "mine");
        using var answer = await AskAsync(_folder.Combine("full"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(_folder.Combine("full"), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal([precious], Directory.GetFileSystemEntries(_folder.Combine("full")));
    }

    [Fact]
    public async Task There_is_one_backup_at_a_time_and_another_one_after_it()
    {
        // Twenty at once: whatever their timing, each is done whole or refused as a conflict, and at least one is done.
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => AskAsync(_folder.Combine($"copy{number}"))));

        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Conflict }));
        Assert.Equal(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), Directory.GetDirectories(_folder.Path, "copy*").Length);
        using var after = await AskAsync(_folder.Combine("after"));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    private static HttpRequestMessage Request(Uri server, string directory) => new(HttpMethod.Post, new Uri(server, BackupEndpoint.Path))
    {
        Content = new StringContent(new JsonObject { ["directory"] = directory }.ToJsonString(), Encoding.UTF8, "application/json"),
    };

    private async Task<HttpResponseMessage> AskAsync(string directory)
    {
        using var request = Request(_server.AdminAddress, directory);
        return await _client.SendAsync(request);
    }
}
