using System.Text.Json.Nodes;
using Holdfast.Configuration;
using Holdfast.Hosting;
using Holdfast.Http;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Tests.Http;

/// <summary>A real server on ports of its own, over a store in memory, with its log at hand.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Base = "/sessions/v1/";

    private readonly LogCapture _log;

    private TestServer(HoldfastServer server, MemoryStore store, LogCapture log)
    {
        Server = server;
        Store = store;
        _log = log;
    }

    public HoldfastServer Server { get; }

    public MemoryStore Store { get; }

    public Uri Address => Server.Address;

    public Uri AdminAddress => Server.AdminAddress;

    /// <summary>Everything that was logged so far.</summary>
    public string Log => _log.Text;

    public static HoldfastOptions Options() => new()
    {
        Service = { BaseUri = Base, ListenAddress = "127.0.0.1", ListenPort = 0 },
        Admin = { ListenPort = 0 },
        Shutdown = { Drain = TimeSpan.Zero },
        Canary = { Interval = TimeSpan.Zero }, // tests look at what lies in the store
        SessionLoss = { SentinelInterval = TimeSpan.Zero },
    };

    public static async Task<TestServer> StartAsync(
        HoldfastOptions? options = null,
        TimeProvider? time = null,
        bool storageReady = true,
        params AdminEndpoint[] adminEndpoints)
    {
        var clock = time ?? TimeProvider.System;
        var store = new MemoryStore(clock);
        store.Readiness = storageReady ? StoreReadiness.Ready : StoreReadiness.NotReady("starting");
        var log = new LogCapture();
        var server = new HoldfastServer(options ?? Options(), _ => store, clock, adminEndpoints, log);
        await server.StartAsync(CancellationToken.None);
        return new TestServer(server, store, log);
    }

    public Task<RawResponse> SendAsync(string method, string target, byte[]? body = null, params string[] headers) =>
        RawClient.SendOnceAsync(Address, method, target, body, headers);

    public Task<RawResponse> AdminAsync(string target, params string[] headers) =>
        RawClient.SendOnceAsync(AdminAddress, "GET", target, null, headers);

    /// <summary>The first line whose message starts so, once it is written.</summary>
    public async Task<JsonObject> LogLineAsync(string start)
    {
        await Eventually.TrueAsync(() => Lines().Any(Matches), $"a log line '{start}…' in: {Log}");
        return Lines().First(Matches);

        bool Matches(JsonObject line) => line["msg"]!.GetValue<string>().StartsWith(start, StringComparison.Ordinal);
    }

    public IEnumerable<JsonObject> Lines() => Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonNode.Parse(line)!.AsObject());

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>Waits for what must come true, for as long as a slow machine may need.</summary>
internal static class Eventually
{
    public static Task TrueAsync(Func<bool> condition, string what) =>
        TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (!await condition())
        {
            Assert.True(clock.GetElapsedTime(start) < TimeSpan.FromMinutes(4), "Never came: " + what);
            await Task.Delay(TimeSpan.FromMilliseconds(5), clock);
        }
    }
}
