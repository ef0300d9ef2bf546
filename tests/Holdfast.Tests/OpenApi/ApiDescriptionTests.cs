using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Sessions;
using Holdfast.Tests.Http;
using Xunit;

namespace Holdfast.Tests.OpenApi;

public sealed class ApiDescriptionTests : IAsyncLifetime
{
    private static readonly HashSet<string> s_methods = ["get", "head", "post", "delete", "put"];

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_is_YAML_like_Kask_s_and_JSON_for_those_who_accept_it()
    {
        var yaml = await _server.SendAsync("GET", "/openapi");
        Assert.Equal("application/x-yaml", yaml["Content-Type"]);
        Assert.StartsWith("openapi: 3.0", yaml.Text);
        Assert.Contains("x-amples:", yaml.Text);
        Assert.Contains("'/sessions/v1/{key}':", yaml.Text);

        var json = await _server.SendAsync("GET", "/openapi", null, "Accept: application/json");
        Assert.Equal("application/json", json["Content-Type"]);
        Assert.Equal(json.Text, (await _server.SendAsync("GET", "/openapi.json")).Text);
        Assert.StartsWith("3.0", JsonNode.Parse(json.Text)!["openapi"]!.GetValue<string>());
    }

    /// <summary>Whatever the description says can be answered is answered so by a running server, and nothing is left over.</summary>
    [Fact]
    public async Task Every_answer_it_describes_is_given_by_the_server()
    {
        var document = await DocumentAsync();
        var left = Operations(document)
            .SelectMany(operation => operation.Node["responses"]!.AsObject().Select(response =>
                (operation.Path, operation.Method, Code: response.Key)))
            .ToHashSet();

        foreach (var (path, method, code) in left.ToArray())
        {
            var answer = await ProvokeAsync(path, method, code);
            Assert.Equal(code, answer.Status.ToString());
            AssertDescribed(document, path, method, code, answer);
            left.Remove((path, method, code));
        }

        Assert.Empty(left);
    }

    [Fact]
    public async Task Every_probe_in_it_gets_the_answer_it_expects()
    {
        var probes = Operations(await DocumentAsync())
            .Where(operation => operation.Node["x-amples"] is not null)
            .OrderByDescending(operation => operation.Method) // what is read must have been written
            .ToList();

        Assert.Equal(3, probes.Count);
        foreach (var (path, method, node) in probes)
        {
            Assert.True(node["x-monitor"]!.GetValue<bool>());
            foreach (var sample in node["x-amples"]!.AsArray())
            {
                var request = sample!["request"]!;
                var expected = sample["response"]!;
                var answer = await _server.SendAsync(
                    method.ToUpperInvariant(),
                    path.Replace("{key}", Uri.EscapeDataString(request["params"]?["key"]?.GetValue<string>() ?? "")),
                    request["body"] is { } body ? Encoding.UTF8.GetBytes(body.GetValue<string>()) : null,
                    [.. request["headers"]?.AsObject().Select(header => $"{header.Key}: {header.Value}") ?? []]);

                Assert.Equal(expected["status"]!.GetValue<int>(), answer.Status);
                foreach (var (name, value) in expected["headers"]?.AsObject() ?? [])
                {
                    Assert.Equal(value!.GetValue<string>(), answer[name]);
                }

                if (expected["body"] is { } text)
                {
                    Assert.Equal(text.GetValue<string>(), answer.Text);
                }
            }
        }
    }

    private async Task<JsonObject> DocumentAsync() =>
        JsonNode.Parse((await _server.SendAsync("GET", "/openapi.json")).Text)!.AsObject();

    private static IEnumerable<(string Path, string Method, JsonNode Node)> Operations(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where s_methods.Contains(operation.Key)
        select (path.Key, operation.Key, operation.Value);

    private async Task<RawResponse> ProvokeAsync(string path, string method, string code)
    {
        _server.Store.Intercept = code switch
        {
            "429" => _ => new(WriteResult.OverQuota("too often")),
            "500" => _ => throw new InvalidOperationException(),
            "503" => _ => new(WriteResult.Unavailable("away")),
            "507" => _ => new(WriteResult.OutOfSpace("full")),
            _ => null,
        };
        if (path == "/readyz")
        {
            await Eventually.TrueAsync(async () => (await _server.SendAsync("GET", path)).Status == 200, "ready");
            return code == "200" ? await _server.SendAsync("GET", path) : await UnreadyAsync();
        }

        if (code == "200" && method is "get" or "head")
        {
            await _server.SendAsync("POST", TestServer.Base + "foo", [1]);
        }

        var target = path.Replace("{key}", code switch
        {
            "400" => "foo?query",
            "404" when method is "get" or "head" => "missing",
            "404" => "two/segments",
            _ => "foo",
        });
        var size = code == "413" ? (1024 * 1024) + 1 : 1;
        return await _server.SendAsync(method.ToUpperInvariant(), target, method == "post" ? new byte[size] : null);
    }

    private static async Task<RawResponse> UnreadyAsync()
    {
        await using var other = await TestServer.StartAsync(storageReady: false);
        return await other.SendAsync("GET", "/readyz");
    }

    private static void AssertDescribed(JsonObject document, string path, string method, string code, RawResponse answer)
    {
        var response = document["paths"]![path]![method]!["responses"]![code]!;
        if (response["$ref"] is { } reference)
        {
            response = document["components"]!["responses"]![reference.GetValue<string>().Split('/')[^1]]!;
        }

        foreach (var (name, _) in response["headers"]?.AsObject() ?? [])
        {
            Assert.NotNull(answer[name]);
        }

        if (response["content"] is { } content)
        {
            Assert.Contains(content.AsObject(), type => answer["Content-Type"]!.StartsWith(type.Key, StringComparison.Ordinal));
        }
        else
        {
            Assert.Empty(answer.Body);
        }
    }
}
