using Holdfast.Configuration;
using Holdfast.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Tests.Http;

/// <summary>What Kask does not have: lives of entries, limits, storage that says why it cannot serve.</summary>
public sealed class BeyondKaskTests
{
    private const string Target = TestServer.Base + "foo";

    [Fact]
    public async Task A_write_without_a_life_gets_the_default_and_reading_tells_what_is_left()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        await server.SendAsync("POST", Target, [1]);

        Assert.Equal("86400", (await server.SendAsync("GET", Target))["Holdfast-TTL"]);
        time.Advance(TimeSpan.FromSeconds(400));
        Assert.Equal("86000", (await server.SendAsync("GET", Target))["Holdfast-TTL"]);
        Assert.Equal("86000", (await server.SendAsync("HEAD", Target))["Holdfast-TTL"]);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("3600")]
    [InlineData("0060")]
    [InlineData("604800")]
    public async Task A_write_may_ask_for_a_life_up_to_the_limit(string seconds)
    {
        await using var server = await TestServer.StartAsync(time: new FakeTimeProvider());

        Assert.Equal(201, (await server.SendAsync("POST", Target, [1], "Holdfast-TTL: " + seconds)).Status);
        Assert.Equal(int.Parse(seconds).ToString(), (await server.SendAsync("GET", Target))["Holdfast-TTL"]);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("604801")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1 2")]
    [InlineData("")]
    [InlineData("ten")]
    [InlineData("99999999999999999999")]
    [InlineData("0x10")]
    [InlineData("1\r\nHoldfast-TTL: 1")]
    public async Task A_life_that_is_malformed_or_out_of_range_is_a_400_problem_and_stores_nothing(string seconds)
    {
        await using var server = await TestServer.StartAsync();

        Expect.Problem(await server.SendAsync("POST", Target, [1], "Holdfast-TTL: " + seconds), 400, Target);
        Assert.Equal(0, server.Store.Count);
    }

    [Fact]
    public async Task A_life_that_is_out_of_range_hits_the_limit_and_a_malformed_one_does_not()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var life in (string[])["0", "604801", "99999999999999999999", "", "ten", "-1", "+1", "1.5", "1\r\nHoldfast-TTL: 1"])
        {
            Assert.Equal(400, (await server.SendAsync("POST", Target, [1], "Holdfast-TTL: " + life)).Status);
        }

        Assert.Contains("\nholdfast_limit_hits_total{limit=\"max_ttl\"} 3\n", (await server.AdminAsync("/metrics")).Text);
    }

    [Fact]
    public async Task Without_a_limit_an_entry_may_live_for_ever_and_says_0()
    {
        var options = TestServer.Options();
        options.Limits.MaxTtl = SessionTtl.Never;
        await using var server = await TestServer.StartAsync(options);

        Assert.Equal(201, (await server.SendAsync("POST", Target, [1], "Holdfast-TTL: 0")).Status);
        Assert.Equal("0", (await server.SendAsync("GET", Target))["Holdfast-TTL"]);
        Assert.Equal(201, (await server.SendAsync("POST", Target, [1], "Holdfast-TTL: 630720000")).Status);
        Assert.Equal(400, (await server.SendAsync("POST", Target, [1], "Holdfast-TTL: 630720001")).Status);
    }

    [Theory]
    [InlineData(100, 201)]
    [InlineData(101, 413)]
    [InlineData(300_000, 413)]
    public async Task A_body_over_the_limit_is_a_413_problem_and_stores_nothing(int length, int status)
    {
        await using var server = await StartWithAsync(limits => limits.MaxValueBytes = 100);

        var answer = await server.SendAsync("POST", Target, new byte[length]);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 201 ? 1 : 0, server.Store.Count);
        if (status == 413)
        {
            Expect.Problem(answer, 413, Target);
            Assert.Equal("close", answer["Connection"]);
        }
    }

    [Theory]
    [InlineData(100, 201)]
    [InlineData(101, 413)]
    [InlineData(5000, 413)]
    public async Task A_chunked_body_has_the_same_limit(int length, int status)
    {
        await using var server = await StartWithAsync(limits => limits.MaxValueBytes = 100);
        await using var client = await RawClient.ConnectAsync(server.Address);

        await client.SendTextAsync($"POST {Target} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (var sent = 0; sent < length; sent += 10)
        {
            var count = Math.Min(10, length - sent);
            await client.SendTextAsync($"{count:x}\r\n{new string('x', count)}\r\n");
        }

        await client.SendTextAsync("0\r\n\r\n");
        var answer = await client.ReadResponseAsync();

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 201 ? 1 : 0, server.Store.Count);
        if (status == 413)
        {
            Expect.Problem(answer, 413, Target);
        }
    }

    [Fact]
    public async Task The_largest_value_that_is_allowed_makes_the_round_trip()
    {
        await using var server = await TestServer.StartAsync();
        var value = new byte[1024 * 1024];
        new Random(1).NextBytes(value);

        Assert.Equal(201, (await server.SendAsync("POST", Target, value)).Status);
        Assert.Equal(value, (await server.SendAsync("GET", Target)).Body);
    }

    [Fact]
    public async Task A_limit_above_Kestrel_s_own_buffers_works_too()
    {
        await using var server = await StartWithAsync(limits => limits.MaxValueBytes = 8 * 1024 * 1024);
        var value = new byte[8 * 1024 * 1024];
        new Random(2).NextBytes(value);

        Assert.Equal(201, (await server.SendAsync("POST", Target, value)).Status);
        Assert.Equal(value, (await server.SendAsync("GET", Target)).Body);
    }

    [Fact]
    public async Task A_chunked_body_is_stored_whole()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await RawClient.ConnectAsync(server.Address);

        await client.SendTextAsync(
            $"POST {Target} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n");

        Assert.Equal(201, (await client.ReadResponseAsync()).Status);
        Assert.Equal("abcdefg", (await server.SendAsync("GET", Target)).Text);
    }

    [Fact]
    public async Task A_client_that_waits_to_be_told_to_go_on_is_told()
    {
        await using var server = await StartWithAsync(limits => limits.MaxValueBytes = 100);
        await using var client = await RawClient.ConnectAsync(server.Address);

        await client.SendTextAsync($"POST {Target} HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await client.ReadResponseAsync()).Status);
        await client.SendTextAsync("abc");
        Assert.Equal(201, (await client.ReadResponseAsync()).Status);

        await client.SendTextAsync($"POST {Target} HTTP/1.1\r\nHost: test\r\nContent-Length: 101\r\nExpect: 100-continue\r\n\r\n");
        Expect.Problem(await client.ReadResponseAsync(), 413, Target);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nabc")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\na\r\nabc")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    public async Task A_body_that_ends_early_stores_nothing(string rest)
    {
        await using var server = await TestServer.StartAsync();
        await using (var client = await RawClient.ConnectAsync(server.Address))
        {
            await client.SendTextAsync($"POST {Target} HTTP/1.1\r\nHost: test\r\n{rest}");
            client.FinishSending();
            Assert.NotEqual(201, (await client.TryReadResponseAsync())?.Status);
        }

        Assert.Equal(0, server.Store.Count);
    }

    [Theory]
    [InlineData("GET", "reading from storage")]
    [InlineData("POST", "writing to storage")]
    [InlineData("DELETE", "deleting in storage")]
    public async Task Storage_that_cannot_serve_now_is_a_503_problem_that_says_when_to_try_again(string method, string verb)
    {
        await using var server = await TestServer.StartAsync();
        server.Store.Intercept = _ => new(WriteResult.Unavailable("Cannot achieve consistency level LOCAL_QUORUM"));

        var answer = await server.SendAsync(method, Target, method == "POST" ? [1] : null, "X-Request-ID: abc-1");

        Expect.Problem(answer, 503, Target);
        Assert.Equal("1", answer["Retry-After"]);
        var line = await server.LogLineAsync("Error ");
        Assert.Equal($"Error {verb} (Cannot achieve consistency level LOCAL_QUORUM)", line["msg"]!.GetValue<string>());
        Assert.Equal("abc-1", line["request_id"]!.GetValue<string>());
        Assert.Equal("ERROR", line["level"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Storage_without_room_is_a_507_problem(string method)
    {
        await using var server = await TestServer.StartAsync();
        server.Store.Intercept = _ => new(WriteResult.OutOfSpace("12 MiB free, 256 MiB wanted"));

        var answer = await server.SendAsync(method, Target, method == "POST" ? [1] : null);

        Expect.Problem(answer, 507, Target);
        Assert.Null(answer["Retry-After"]);
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("HEAD", false)]
    [InlineData("POST", false)]
    [InlineData("DELETE", false)]
    [InlineData("GET", true)]
    [InlineData("POST", true)]
    [InlineData("DELETE", true)]
    public async Task A_fault_of_ours_is_a_500_problem(string method, bool late)
    {
        await using var server = await TestServer.StartAsync();
        server.Store.Intercept = async _ =>
        {
            if (late)
            {
                await Task.Yield();
            }

            throw new InvalidOperationException("secret");
        };

        var answer = await server.SendAsync(method, Target, method == "POST" ? [1] : null);

        Assert.Equal(500, answer.Status);
        if (method != "HEAD")
        {
            Expect.Problem(answer, 500, Target);
        }

        var line = await server.LogLineAsync("The store failed");
        Assert.Equal("System.InvalidOperationException", line["exception"]!.GetValue<string>());
        Assert.Contains(nameof(MemoryStore), line["stack"]!.GetValue<string>());
        Assert.DoesNotContain("secret", server.Log);
    }

    [Fact]
    public async Task A_value_that_breaks_off_in_the_store_never_looks_whole()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("POST", Target, new byte[100]);
        server.Store.FailsCopying = true;

        await Assert.ThrowsAnyAsync<IOException>(() => server.SendAsync("GET", Target));

        await server.LogLineAsync("The store failed");
        server.Store.FailsCopying = false;
        Assert.Equal(100, (await server.SendAsync("GET", Target)).Body.Length);
    }

    private static Task<TestServer> StartWithAsync(Action<LimitsOptions> change)
    {
        var options = TestServer.Options();
        change(options.Limits);
        return TestServer.StartAsync(options);
    }
}
