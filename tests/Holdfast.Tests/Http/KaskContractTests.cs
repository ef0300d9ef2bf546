using System.Text;
using Xunit;

namespace Holdfast.Tests.Http;

/// <summary>Kask's contract as it stands on the wire: status, headers that matter, body.</summary>
public sealed class KaskContractTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_value_that_is_there_is_answered_200_with_its_bytes()
    {
        var value = Enumerable.Range(0, 256).Select(b => (byte)b).ToArray();
        await PostAsync("foo", value);

        var answer = await GetAsync("foo");

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/octet-stream", answer["Content-Type"]);
        Assert.Equal("256", answer["Content-Length"]);
        Assert.Equal("no-store", answer["Cache-Control"]);
        Assert.Null(answer["Server"]);
        Assert.Equal(value, answer.Body);
    }

    [Fact]
    public async Task A_value_that_is_not_there_is_a_404_problem() =>
        Expect.Problem(await GetAsync("foo"), 404, "/sessions/v1/foo");

    [Fact]
    public async Task A_write_is_answered_201_with_nothing_in_it()
    {
        var answer = await PostAsync("foo", [1, 2, 3]);

        Assert.Equal(201, answer.Status);
        Assert.Equal("0", answer["Content-Length"]);
        Assert.Null(answer["Content-Type"]);
        Assert.Equal("no-store", answer["Cache-Control"]);
    }

    [Fact]
    public async Task A_write_replaces_what_was_there()
    {
        await PostAsync("foo", "one"u8.ToArray());
        await PostAsync("foo", "two"u8.ToArray());

        Assert.Equal("two", (await GetAsync("foo")).Text);
    }

    [Fact]
    public async Task A_write_of_nothing_is_a_400_problem_and_stores_nothing()
    {
        Expect.Problem(await PostAsync("foo", []), 400, "/sessions/v1/foo");
        Expect.Problem(await _server.SendAsync("POST", TestServer.Base + "foo"), 400, "/sessions/v1/foo");
        await using var chunked = await RawClient.ConnectAsync(_server.Address);
        await chunked.SendTextAsync($"POST {TestServer.Base}foo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        Expect.Problem(await chunked.ReadResponseAsync(), 400, "/sessions/v1/foo");
        Assert.Equal(0, _server.Store.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_delete_is_answered_204_whether_or_not_the_key_was_there(bool there)
    {
        if (there)
        {
            await PostAsync("foo", [1]);
        }

        var answer = await _server.SendAsync("DELETE", TestServer.Base + "foo");

        Assert.Equal(204, answer.Status);
        Assert.Equal("no-store", answer["Cache-Control"]);
        Assert.Null(answer["Content-Length"]);
        Assert.Equal(0, _server.Store.Count);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("BREW")]
    [InlineData("get")]
    public async Task Any_other_method_is_a_400_problem(string method) =>
        Expect.Problem(await _server.SendAsync(method, TestServer.Base + "foo"), 400, "/sessions/v1/foo");

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    public async Task Any_query_string_is_a_400_problem(string method)
    {
        var body = method == "POST" ? "x"u8.ToArray() : null;

        Expect.Problem(await _server.SendAsync(method, TestServer.Base + "foo?a=b", body), 400, "/sessions/v1/foo");
        Expect.Problem(await _server.SendAsync(method, TestServer.Base + "foo?%zz", body), 400, "/sessions/v1/foo");
        Assert.Equal(0, _server.Store.Count);
    }

    [Fact]
    public async Task A_question_mark_with_nothing_behind_it_is_no_query()
    {
        await PostAsync("foo", [1]);

        Assert.Equal(200, (await GetAsync("foo?")).Status);
    }

    [Theory]
    [InlineData("", "/sessions/v1/")]
    [InlineData("a/b", "/sessions/v1/a/b")]
    [InlineData("a%2Fb", "/sessions/v1/a/b")]
    [InlineData("a%2fb", "/sessions/v1/a/b")]
    [InlineData("a/", "/sessions/v1/a/")]
    [InlineData("/", "/sessions/v1//")]
    [InlineData("../v1/a", "/sessions/v1/../v1/a")]
    public async Task No_key_or_more_than_one_segment_is_a_404_problem(string rest, string instance)
    {
        foreach (var method in (string[])["GET", "PUT", "DELETE", "POST"])
        {
            Expect.Problem(
                await _server.SendAsync(method, TestServer.Base + rest, method == "POST" ? [1] : null), 404, instance);
        }

        Assert.Equal(0, _server.Store.Count);
    }

    [Fact]
    public async Task The_order_of_refusals_is_Kask_s()
    {
        // A query is seen before the segments, and these before the method.
        Expect.Problem(await _server.SendAsync("GET", TestServer.Base + "a/b?c"), 400, "/sessions/v1/a/b");
        Expect.Problem(await _server.SendAsync("PUT", TestServer.Base), 404, "/sessions/v1/");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/nothing")]
    [InlineData("/sessions/v1")]
    [InlineData("/sessions/v2/foo")]
    [InlineData("/SESSIONS/V1/foo")]
    public async Task What_is_not_under_the_base_URI_is_a_404_problem(string target) =>
        Expect.Problem(await _server.SendAsync("GET", target), 404, target);

    [Fact]
    public async Task HEAD_answers_like_GET_without_the_body()
    {
        await PostAsync("foo", [1, 2, 3]);

        var found = await _server.SendAsync("HEAD", TestServer.Base + "foo");
        Assert.Equal(200, found.Status);
        Assert.Equal("3", found["Content-Length"]);
        Assert.Equal("application/octet-stream", found["Content-Type"]);
        Assert.Equal((await GetAsync("foo"))["Holdfast-TTL"], found["Holdfast-TTL"]);

        var get = await GetAsync("bar");
        var missing = await _server.SendAsync("HEAD", TestServer.Base + "bar");
        Assert.Equal(404, missing.Status);
        Assert.Equal(get["Content-Length"], missing["Content-Length"]);

        // A body on the wire would be taken for the next answer's beginning.
        await using var client = await RawClient.ConnectAsync(_server.Address);
        foreach (var key in (string[])["foo", "bar"])
        {
            await client.SendAsync("HEAD", TestServer.Base + key);
            await client.ReadResponseAsync(isHead: true);
        }

        await client.SendAsync("GET", TestServer.Base + "foo");
        Assert.Equal([1, 2, 3], (await client.ReadResponseAsync()).Body);
    }

    [Theory]
    [InlineData(414, 20_000, "")]
    [InlineData(431, 0, "X: 40000")]
    [InlineData(505, 0, "HTTP/9.9")]
    [InlineData(400, 0, "no header")]
    public async Task What_Kestrel_refuses_has_no_body(int status, int longer, string wrong)
    {
        await using var client = await RawClient.ConnectAsync(_server.Address);
        var version = wrong.StartsWith("HTTP/", StringComparison.Ordinal) ? wrong : "HTTP/1.1";
        var header = wrong.StartsWith("X: ", StringComparison.Ordinal) ? "X: " + new string('x', int.Parse(wrong[3..])) : "X: y";
        await client.SendTextAsync(
            $"GET {TestServer.Base}{new string('k', longer)} {version}\r\nHost: test\r\n{(wrong == "no header" ? wrong : header)}\r\n\r\n");

        var answer = await client.ReadResponseAsync();

        Assert.Equal(status, answer.Status);
        Assert.Empty(answer.Body);
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("text/html, application/problem+json;q=0", "application/json")]
    [InlineData("application/problem+json", "application/problem+json")]
    [InlineData("text/html, Application/Problem+JSON;q=0.5", "application/problem+json")]
    public async Task A_problem_is_of_the_type_that_the_client_names(string? accept, string expected)
    {
        var answer = await _server.SendAsync(
            "GET", TestServer.Base + "foo", null, accept is null ? [] : ["Accept: " + accept]);

        Assert.Equal(expected, answer["Content-Type"]);
    }

    [Fact]
    public async Task An_answer_to_MediaWiki_s_own_request_is_as_it_expects()
    {
        var answer = await _server.SendAsync(
            "POST",
            TestServer.Base + "mw%3AMWSession%3A0123456789abcdefghijklmnopqrstuv",
            Encoding.UTF8.GetBytes("{\"data\":1}"),
            "Accept: */*",
            "user-agent: wikimedia/multi-http-client v1.0",
            "content-type: application/octet-stream");

        Assert.Equal(201, answer.Status);
        var read = await _server.SendAsync(
            "GET", TestServer.Base + "mw%3AMWSession%3A0123456789abcdefghijklmnopqrstuv", null, "Accept: */*", "content-length: 0");
        Assert.Equal("{\"data\":1}", read.Text);
    }

    private Task<RawResponse> GetAsync(string key) => _server.SendAsync("GET", TestServer.Base + key);

    private Task<RawResponse> PostAsync(string key, byte[] value) => _server.SendAsync("POST", TestServer.Base + key, value);
}
