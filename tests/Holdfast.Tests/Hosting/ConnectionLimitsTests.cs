using Holdfast.Tests.Http;
using Xunit;

namespace Holdfast.Tests.Hosting;

/// <summary>What a client may not do: hold more connections than allowed, or hold one without saying anything.</summary>
public sealed class ConnectionLimitsTests
{
    private const string Target = TestServer.Base + "foo";

    [Fact]
    public async Task A_connection_too_many_is_closed_at_once_and_room_is_made_by_one_that_ends()
    {
        var options = TestServer.Options();
        options.Limits.MaxConnections = 3;
        await using var server = await TestServer.StartAsync(options);
        await server.SendAsync("POST", Target, [1]);
        var held = new List<RawClient>();
        for (var i = 0; i < 3; i++)
        {
            held.Add(await AnsweredAsync(server));
        }

        await using (var refused = await RawClient.ConnectAsync(server.Address))
        {
            Assert.True(await refused.IsClosedAsync());
        }

        await held[0].DisposeAsync();
        await Eventually.TrueAsync(() => IsServedAsync(server), "room for a connection");
        await held[1].SendAsync("GET", Target);
        Assert.Equal(200, (await held[1].ReadResponseAsync()).Status);
        foreach (var client in held)
        {
            await client.DisposeAsync();
        }
    }

    /// <summary>On real time, since Kestrel's clock is its own: some ten seconds.</summary>
    [Fact]
    public async Task A_head_or_a_body_that_does_not_come_is_given_up_and_stores_nothing()
    {
        await using var server = await TestServer.StartAsync();
        await using var head = await RawClient.ConnectAsync(server.Address);
        await using var body = await RawClient.ConnectAsync(server.Address);
        await head.SendTextAsync($"GET {Target} HTTP/1.1\r\nHos");
        await body.SendTextAsync($"POST {Target} HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\nabc");

        var answers = await Task.WhenAll(head.TryReadResponseAsync(), body.TryReadResponseAsync());

        Assert.All(answers, answer => Assert.Equal(408, answer?.Status));
        Assert.True(await head.IsClosedAsync());
        Assert.True(await body.IsClosedAsync());
        Assert.Equal(0, server.Store.Count);
        Assert.Equal(404, (await server.SendAsync("GET", Target)).Status);
    }

    private static async Task<RawClient> AnsweredAsync(TestServer server)
    {
        var client = await RawClient.ConnectAsync(server.Address);
        await client.SendAsync("GET", Target);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        return client;
    }

    private static async Task<bool> IsServedAsync(TestServer server)
    {
        await using var client = await RawClient.ConnectAsync(server.Address);
        try
        {
            await client.SendAsync("GET", Target);
            return await client.TryReadResponseAsync() is { Status: 200 };
        }
        catch (IOException)
        {
            return false; // closed while we were still sending
        }
    }
}
