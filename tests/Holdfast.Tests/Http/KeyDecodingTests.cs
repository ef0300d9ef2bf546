using System.Text;
using CsCheck;
using Holdfast.Http;
using Xunit;

namespace Holdfast.Tests.Http;

public sealed class KeyDecodingTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("mw%3AMWSession%3Aabc", "mw:MWSession:abc")]
    [InlineData("mw:MWSession:abc", "mw:MWSession:abc")]
    [InlineData("cat%20dog", "cat dog")]
    [InlineData("foo%3Fbar", "foo?bar")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("a+b", "a+b")]
    [InlineData("..", "..")]
    [InlineData("%2e%2e", "..")]
    [InlineData(".", ".")]
    [InlineData("%C3%A9", "é")]
    [InlineData("%e2%82%ac", "€")]
    [InlineData("%f0%9f%8d%aa", "🍪")]
    [InlineData("a%23b", "a#b")]
    [InlineData("a;b=c,d", "a;b=c,d")]
    [InlineData("%0a%09%7f", "\n\t\u007f")]
    public async Task A_key_is_the_decoded_segment(string sent, string key)
    {
        var answer = await _server.SendAsync("POST", TestServer.Base + sent, [1]);

        Assert.Equal(201, answer.Status);
        Assert.Equal([key], _server.Store.Keys);
        Assert.Equal(200, (await _server.SendAsync("GET", TestServer.Base + sent)).Status);
        Assert.Equal(204, (await _server.SendAsync("DELETE", TestServer.Base + sent)).Status);
        Assert.Empty(_server.Store.Keys);
    }

    [Fact]
    public async Task A_slash_that_was_encoded_twice_never_meets_one_that_was_encoded_once()
    {
        await _server.SendAsync("POST", TestServer.Base + "a%252Fb", "mine"u8.ToArray());

        Expect.Problem(await _server.SendAsync("GET", TestServer.Base + "a%2Fb"), 404, "/sessions/v1/a/b");
        Expect.Problem(await _server.SendAsync("GET", TestServer.Base + "a%25252Fb"), 404, "/sessions/v1/a%252Fb");
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%4")]
    [InlineData("a%zzb")]
    [InlineData("%ff")]
    [InlineData("%c3")]
    [InlineData("%c0%af")]
    [InlineData("%ed%a0%80")]
    [InlineData("%f4%90%80%80")]
    [InlineData("a%C3%28b")]
    public async Task A_bad_escape_or_invalid_UTF8_is_a_400_problem(string sent)
    {
        Expect.Problem(await _server.SendAsync("POST", TestServer.Base + sent, [1]), 400, TestServer.Base + sent);
        Expect.Problem(await _server.SendAsync("GET", TestServer.Base + sent), 400, TestServer.Base + sent);
        Assert.Equal(0, _server.Store.Count);
    }

    [Fact]
    public async Task A_NUL_is_refused_by_Kestrel_before_we_see_it()
    {
        var answer = await _server.SendAsync("GET", TestServer.Base + "a%00b");

        Assert.Equal(400, answer.Status);
        Assert.Empty(answer.Body);
    }

    /// <summary>The service's own entries lie under such keys: what Kestrel lets through one day, decoding still refuses.</summary>
    [Theory]
    [InlineData("/sessions/v1/%00")]
    [InlineData("/sessions/v1/a%00b")]
    [InlineData("http://localhost/sessions/v1/%00holdfast-sentinel")]
    public void A_NUL_is_refused_when_it_is_decoded(string target) => Assert.True(RequestTarget.Decode(target).IsMalformed);

    [Theory]
    [InlineData("%00")]
    [InlineData("%00holdfast-canary%2F")]
    [InlineData("%00holdfast-sentinel")]
    [InlineData("a%00")]
    public async Task No_form_of_a_target_names_a_key_with_a_NUL(string key)
    {
        string[] targets = [TestServer.Base + key, $"http://localhost{TestServer.Base}{key}", $"https://a@b:1{TestServer.Base}{key}"];
        foreach (var target in targets)
        {
            foreach (var method in new[] { "POST", "GET", "HEAD", "DELETE" })
            {
                var answer = await _server.SendAsync(method, target, method == "POST" ? [1] : null);
                Assert.Equal(400, answer.Status);
            }
        }

        Assert.Equal(0, _server.Store.Count);
    }

    [Fact]
    public async Task Bytes_outside_ASCII_are_refused_by_Kestrel_before_we_see_them()
    {
        var answer = await _server.SendAsync("GET", TestServer.Base + "\u00e9");

        Assert.Equal(400, answer.Status);
        Assert.Empty(answer.Body);
    }

    [Theory]
    [InlineData(1024, 201)]
    [InlineData(1025, 400)]
    [InlineData(2048, 400)]
    public async Task A_key_is_at_most_1_KiB_of_UTF8(int bytes, int status)
    {
        var encoded = TestServer.Base + string.Concat(Enumerable.Repeat("%c3%a9", bytes / 2)) + (bytes % 2 == 1 ? "a" : "");

        var answer = await _server.SendAsync("POST", encoded, [1]);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 201 ? 1 : 0, _server.Store.Count);
        if (status == 400)
        {
            Expect.Problem(answer, 400, TestServer.Base + new string('é', bytes / 2) + (bytes % 2 == 1 ? "a" : ""));
        }
    }

    [Fact]
    public async Task The_base_URI_is_compared_decoded_as_Kask_compares_it()
    {
        await _server.SendAsync("POST", TestServer.Base + "foo", [1]);

        Assert.Equal(200, (await _server.SendAsync("GET", "/%73essions%2Fv1%2Ffoo")).Status);
    }

    [Fact]
    public async Task An_absolute_target_means_the_same_as_its_path()
    {
        await _server.SendAsync("POST", "http://test/sessions/v1/a%2520b", [7]);

        Assert.Equal(["a%20b"], _server.Store.Keys);
        Assert.Equal([7], (await _server.SendAsync("GET", "http://test/sessions/v1/a%2520b")).Body);
        Expect.Problem(await _server.SendAsync("GET", "http://test"), 404, "/");
        Expect.Problem(await _server.SendAsync("GET", "http://test/sessions/v1/a?b"), 400, "/sessions/v1/a");
    }

    [Fact]
    public async Task A_target_that_is_no_path_is_a_problem() =>
        Expect.Problem(await _server.SendAsync("OPTIONS", "*"), 400, "*");

    [Theory]
    [InlineData("a%3Cb%3E%26", @"/sessions/v1/a\u003cb\u003e\u0026")]
    [InlineData("a%22%5C", @"/sessions/v1/a\""\\")]
    [InlineData("%0A%0D%09%08%0C%1F%7F", "/sessions/v1/\\n\\r\\t\\b\\f\\u001f\u007f")]
    [InlineData("%E2%80%A8%E2%80%A9", @"/sessions/v1/\u2028\u2029")]
    [InlineData("%C3%A9%E2%82%AC", "/sessions/v1/é€")]
    public async Task A_problem_s_instance_is_the_decoded_path_escaped_as_Go_does(string sent, string escaped)
    {
        var answer = await _server.SendAsync("GET", TestServer.Base + sent);

        Assert.Equal(Expect.Document(404, $"\"{escaped}\""), answer.Text);
        Assert.Equal(answer.Body.Length.ToString(), answer["Content-Length"]);
    }

    [Fact]
    public void Decoding_gives_back_every_byte_that_was_encoded() => Gen.String[1, 200].Where(IsText).Sample(key =>
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return Decode(string.Concat(bytes.Select(b => $"%{b:X2}"))).SequenceEqual(bytes)
            && Decode(string.Concat(bytes.Select(b => $"%{b:x2}"))).SequenceEqual(bytes);
    });

    [Fact]
    public void Targets_meet_exactly_when_a_decoder_written_differently_says_so()
    {
        string[] pieces =
            ["a", "A", "%61", "%41", "%2F", "%252F", "%25", "2F", "%2f", ".", "%2e", "%3A", ":", "%C3%A9", "+", "%20", "?"];
        var piece = Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]);
        var target = piece.Array[1, 6].Select(string.Concat);
        Gen.Select(target, target).Sample((left, right) =>
            Decode(left).SequenceEqual(Decode(right)) == (Reference(left) == Reference(right)));
    }

    private static bool IsText(string text) => !text.Any(char.IsSurrogate);

    private static string Reference(string target) => Uri.UnescapeDataString(target.Split('?')[0]);

    private static byte[] Decode(string segment)
    {
        var target = RequestTarget.Decode("/" + segment);
        Assert.False(target.IsMalformed);
        var path = target.Path[1..].ToArray();
        target.Return();
        return path;
    }
}
