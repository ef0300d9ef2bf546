using Holdfast.Embedded;
using Holdfast.Health;
using Holdfast.Hosting;
using Holdfast.Tests.Commands;
using Holdfast.Tests.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Tests.Health;

/// <summary>When the service says that it is ready, and what takes that away.</summary>
public sealed class ReadinessTests
{
    private const string Target = TestServer.Base + "foo";

    [Fact]
    public async Task A_store_started_on_a_full_disk_serves_its_reads()
    {
        using var folder = new TemporaryFolder();
        var options = TestServer.Options();
        options.Storage.Embedded.Path = folder.Combine("data");
        options.Storage.Embedded.MinFreeBytes = 0;
        await using (var roomy = Server(Open()))
        {
            await roomy.StartAsync(CancellationToken.None);
            Assert.Equal(201, (await RawClient.SendOnceAsync(roomy.Address, "POST", Target, "value"u8.ToArray())).Status);
        }

        options.Storage.Embedded.MinFreeBytes = long.MaxValue / 32; // more than any disk has free
        var store = Open();

        // Before it has looked at the disk it says that it is ready, which would prove nothing.
        await Eventually.TrueAsync(async () => !(await store.CheckReadinessAsync(CancellationToken.None)).IsReady, "a full disk");
        await using var full = Server(store);
        await full.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(
            async () => (await RawClient.SendOnceAsync(full.Address, "POST", Target, "newer"u8.ToArray())).Status == 507, "507");
        await Eventually.TrueAsync(
            async () => (await RawClient.SendOnceAsync(full.Address, "GET", "/readyz", null)).Status == 200, "ready");

        var read = await RawClient.SendOnceAsync(full.Address, "GET", Target, null);
        Assert.Equal(200, read.Status);
        Assert.Equal("value", read.Text);
        await Eventually.TrueAsync(
            async () => (await RawClient.SendOnceAsync(full.AdminAddress, "GET", "/metrics", null)).Text
                .Contains("\nholdfast_storage_ready{} 0\n", StringComparison.Ordinal),
            "the metric that says that it takes no values");

        EmbeddedSessionStore Open() =>
            EmbeddedSessionStore.Open(options.Storage.Embedded, TimeProvider.System, NullLogger<EmbeddedSessionStore>.Instance);

        HoldfastServer Server(EmbeddedSessionStore store) => new(options, _ => store, TimeProvider.System, logOutput: new LogCapture());
    }

    [Fact]
    public async Task A_store_that_throws_when_it_is_asked_is_asked_again_and_what_it_said_is_kept_from_everybody()
    {
        await using MemoryStore store = new(TimeProvider.System) { ReadinessFault = new InvalidOperationException("KEYMARKER") };
        var state = new ServiceState();
        var readiness = new Readiness(state, store, requireBackend: false, TimeProvider.System, NullLogger.Instance);
        using var stopping = new CancellationTokenSource();
        var watching = readiness.WatchAsync(stopping.Token);
        await Eventually.TrueAsync(() => Task.FromResult(readiness.Reason is not null), "a reason");
        Assert.Equal("asking it failed with InvalidOperationException", readiness.Reason);
        Assert.Equal(ServicePhase.Starting, state.Phase);

        store.ReadinessFault = null;

        await Eventually.TrueAsync(() => Task.FromResult(state.Phase == ServicePhase.Ready), "ready");
        Assert.True(readiness.IsStorageReady);
        await stopping.CancelAsync();
        await watching;
    }

    [Fact]
    public async Task While_the_store_is_being_opened_the_service_is_alive_and_not_ready()
    {
        var bound = new TaskCompletionSource();
        using var opened = new ManualResetEventSlim();
        await using var server = new HoldfastServer(
            TestServer.Options(),
            _ =>
            {
                bound.SetResult();
                opened.Wait();
                return new MemoryStore(TimeProvider.System);
            },
            TimeProvider.System,
            logOutput: new LogCapture());
        var starting = Task.Run(() => server.StartAsync(CancellationToken.None), CancellationToken.None);
        await bound.Task;
        try
        {
            foreach (var address in new[] { server.Address, server.AdminAddress })
            {
                Assert.Equal(200, (await RawClient.SendOnceAsync(address, "GET", "/healthz")).Status);
                var ready = await RawClient.SendOnceAsync(address, "GET", "/readyz");
                Assert.Equal(503, ready.Status);
                Assert.Contains("\"starting\"", ready.Text);
                Assert.Equal(address == server.AdminAddress, ready.Text.Contains("being opened", StringComparison.Ordinal));
            }

            var session = await RawClient.SendOnceAsync(server.Address, "GET", Target);
            Expect.Problem(session, 503, Target);
            Assert.Equal("1", session["Retry-After"]);
        }
        finally
        {
            opened.Set();
            await starting;
        }

        await Eventually.TrueAsync(async () => (await RawClient.SendOnceAsync(server.Address, "GET", "/readyz")).Status == 200, "ready");
    }
}
