using System.Text;
using Xunit;

namespace Holdfast.Tests.Http;

/// <summary>
/// Thousands of generated requests that are wrong in every way a socket allows. HOLDFAST_SEED replays a run.
/// </summary>
public sealed class MalformedRequestTests(ITestOutputHelper output)
{
    private const int Rounds = 2400;
    private const string Target = TestServer.Base + "foo";

    [Fact]
    public async Task The_server_answers_4xx_or_closes_and_serves_the_next_good_request()
    {
        var seed = Environment.GetEnvironmentVariable("HOLDFAST_SEED") is { Length: > 0 } given
            ? int.Parse(given)
            : (int)(TimeProvider.System.GetTimestamp() & int.MaxValue);
        output.WriteLine($"HOLDFAST_SEED={seed}");
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("POST", Target, "good"u8.ToArray());
        var malformed = new MalformedRequests(new Random(seed));
        var answers = new SortedDictionary<string, int>();

        for (var round = 0; round < Rounds; round++)
        {
            var (kind, parts, mayWork) = malformed.Next();
            var status = await SendAsync(server, parts);
            Assert.True(
                mayWork || status is null or (>= 400 and < 500) or 505 or 501,
                $"HOLDFAST_SEED={seed}, round {round}, {kind}: answered {status} to {Encoding.Latin1.GetString([.. parts.SelectMany(p => p)])}");
            var answer = $"{kind}: {status?.ToString() ?? "closed"}";
            answers[answer] = answers.GetValueOrDefault(answer) + 1;
            if (round % 20 == 0)
            {
                var good = await server.SendAsync("GET", Target);
                Assert.True(good is { Status: 200, Text: "good" }, $"HOLDFAST_SEED={seed}, after round {round}, {kind}");
            }
        }

        foreach (var (answer, count) in answers)
        {
            output.WriteLine($"{answer} x {count}");
        }

        Assert.Equal("good", (await server.SendAsync("GET", Target)).Text);
        Assert.True(!server.Log.Contains("\"exception\""), server.Log);
        Assert.Equal(["foo"], server.Store.Keys);
    }

    private static async Task<int?> SendAsync(TestServer server, IReadOnlyList<byte[]> parts)
    {
        await using var client = await RawClient.ConnectAsync(server.Address);
        try
        {
            foreach (var part in parts)
            {
                await client.SendBytesAsync(part);
            }

            client.FinishSending();
            return (await client.TryReadResponseAsync())?.Status;
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            return null; // closed while we were still sending
        }
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await RawClient.ConnectAsync(server.Address);
        var requests = new StringBuilder();
        for (var i = 0; i < 50; i++)
        {
            requests.Append($"POST {TestServer.Base}k{i} HTTP/1.1\r\nHost: t\r\nContent-Length: {$"{i}".Length}\r\n\r\n{i}");
            requests.Append($"GET {TestServer.Base}k{i} HTTP/1.1\r\nHost: t\r\n\r\n");
            requests.Append($"GET {TestServer.Base}none{i} HTTP/1.1\r\nHost: t\r\n\r\n");
            requests.Append($"DELETE {TestServer.Base}k{i} HTTP/1.1\r\nHost: t\r\n\r\n");
        }

        await client.SendTextAsync(requests.ToString());

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(201, (await client.ReadResponseAsync()).Status);
            Assert.Equal($"{i}", (await client.ReadResponseAsync()).Text);
            Expect.Problem(await client.ReadResponseAsync(), 404, $"{TestServer.Base}none{i}");
            Assert.Equal(204, (await client.ReadResponseAsync()).Status);
        }
    }

    [Fact]
    public async Task Two_lengths_that_disagree_never_smuggle_a_second_request()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var framing in (string[])[
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
            "Content-Length: 4\r\nContent-Length: 50\r\n",
            "Content-Length: 4, 50\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Content-Length: 0x4\r\n"])
        {
            await using var client = await RawClient.ConnectAsync(server.Address);
            await client.SendTextAsync(
                $"POST {Target} HTTP/1.1\r\nHost: t\r\n{framing}\r\n0\r\n\r\nPOST {TestServer.Base}smuggled HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx");
            var status = (await client.TryReadResponseAsync())?.Status;
            Assert.True(status == 400, $"{framing}answered {status}");
            Assert.Null(await client.TryReadResponseAsync());
        }

        Assert.DoesNotContain("smuggled", server.Store.Keys);
    }

    [Fact]
    public async Task A_head_that_drips_in_is_served_when_it_is_whole()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await RawClient.ConnectAsync(server.Address);
        foreach (var letter in $"POST {Target} HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello")
        {
            await client.SendTextAsync(letter.ToString());
        }

        Assert.Equal(201, (await client.ReadResponseAsync()).Status);
        Assert.Equal("hello", (await server.SendAsync("GET", Target)).Text);
    }

    [Fact]
    public async Task Half_sent_requests_that_stay_open_keep_nobody_else_waiting()
    {
        await using var server = await TestServer.StartAsync();
        var idle = new List<RawClient>();
        for (var i = 0; i < 200; i++)
        {
            var client = await RawClient.ConnectAsync(server.Address);
            await client.SendTextAsync(i % 2 == 0 ? "GET /sess" : $"POST {Target} HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\nabc");
            idle.Add(client);
        }

        Assert.Equal(404, (await server.SendAsync("GET", Target)).Status);
        foreach (var client in idle)
        {
            await client.DisposeAsync();
        }

        Assert.Equal(0, server.Store.Count);
    }
}
