using System.Text;
using Xunit;

namespace Holdfast.Tests.Http;

/// <summary>
/// Thousands of generated requests that are wrong in every way a socket allows. HOLDFAST_TEST_SEED replays a run.
/// </summary>
public sealed class MalformedRequestTests(ITestOutputHelper output)
{
    private const int Rounds = 2400;
    private const string Target = TestServer.Base + "foo";

    [Fact]
    public async Task The_server_answers_4xx_or_closes_and_serves_the_next_good_request()
    {
        var seed = Environment.GetEnvironmentVariable("HOLDFAST_TEST_SEED") is { Length: > 0 } given
            ? int.Parse(given)
            : (int)(TimeProvider.System.GetTimestamp() & int.MaxValue);
        output.WriteLine($"HOLDFAST_TEST_SEED={seed}");
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("POST", Target, Encoding.ASCII.GetBytes(MalformedRequests.GoodValue));
        var malformed = new MalformedRequests(new Random(seed));
        var counts = new SortedDictionary<string, int>();

        for (var round = 0; round < Rounds; round++)
        {
            var request = malformed.Next();
            var answers = await SendAsync(server, request);
            var told = answers.Count == 0 ? "closed" : string.Join(", ", answers.Select(answer => answer.Status));
            if (request.Fault(answers, MalformedRequests.GoodValue) is { } fault)
            {
                Assert.Fail($"HOLDFAST_TEST_SEED={seed}, round {round}, {request.Kind}: {fault}; answered {told} to {Encoding.Latin1.GetString([.. request.Parts.SelectMany(p => p)])}");
            }

            counts[$"{request.Kind}: {told}"] = counts.GetValueOrDefault($"{request.Kind}: {told}") + 1;
            var good = await server.SendAsync("GET", Target);
            Assert.True(good is { Status: 200, Text: MalformedRequests.GoodValue }, $"HOLDFAST_TEST_SEED={seed}, after round {round}, {request.Kind}");
        }

        foreach (var (answer, count) in counts)
        {
            output.WriteLine($"{answer} x {count}");
        }

        Assert.True(!server.Log.Contains("\"exception\""), server.Log);
        Assert.Equal(["foo", MalformedRequests.ShortKey], server.Store.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(MalformedRequests.GoodValue, (await server.SendAsync("GET", TestServer.Base + MalformedRequests.ShortKey)).Text);
    }

    /// <summary>Every answer until the server closes the connection.</summary>
    private static async Task<IReadOnlyList<RawResponse>> SendAsync(TestServer server, MalformedRequest request)
    {
        await using var client = await RawClient.ConnectAsync(server.Address);
        var answers = new List<RawResponse>();
        try
        {
            foreach (var part in request.Parts)
            {
                await client.SendBytesAsync(part);
                await ReadAsync(client, answers, request.IsGoodFirst ? request.Before.Count : 0);
                if (request.Pause > TimeSpan.Zero)
                {
                    await Task.Delay(request.Pause, TimeProvider.System);
                }
            }

            // Kestrel takes the end of what a client sends for its departure, and drops answers that are under way.
            await ReadAsync(client, answers, request.Awaited);
            client.FinishSending();
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            // Closed while we were still sending: what it said before is still read.
        }

        await ReadAsync(client, answers, int.MaxValue);
        return answers;
    }

    private static async Task ReadAsync(RawClient client, List<RawResponse> answers, int count)
    {
        try
        {
            while (answers.Count < count && await client.TryReadResponseAsync() is { } answer)
            {
                answers.Add(answer);
            }
        }
        catch (IOException)
        {
            // The reset that follows a refusal may cut its body off.
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
