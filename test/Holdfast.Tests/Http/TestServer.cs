using Holdfast.Configuration;
using Holdfast.Hosting;

namespace Holdfast.Tests.Http;

/// <summary>A real server on ports of its own, over a store in memory.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Base = "/sessions/v1/";

    private TestServer(HoldfastServer server, MemoryStore store)
    {
        Server = server;
        Store = store;
    }

    public HoldfastServer Server { get; }

    public MemoryStore Store { get; }

    public Uri Address => Server.Address;

    public static HoldfastOptions Options() => new()
    {
        Service = { BaseUri = Base, ListenAddress = "127.0.0.1", ListenPort = 0 },
        Admin = { ListenPort = 0 },
        Shutdown = { Drain = TimeSpan.Zero },
    };

    public static async Task<TestServer> StartAsync(HoldfastOptions? options = null, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        var store = new MemoryStore(clock);
        var server = new HoldfastServer(options ?? Options(), _ => store, clock);
        await server.StartAsync(CancellationToken.None);
        return new TestServer(server, store);
    }

    public Task<RawResponse> SendAsync(string method, string target, byte[]? body = null, params string[] headers) =>
        RawClient.SendOnceAsync(Address, method, target, body, headers);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
