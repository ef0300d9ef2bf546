using System.Net.Sockets;
using Holdfast.Sessions;
using Holdfast.Tests.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Tests.Hosting;

public sealed class ShutdownTests
{
    private const string Target = TestServer.Base + "foo";

    [Fact]
    public async Task A_draining_server_is_unready_at_once_and_serves_on_until_the_drain_is_over()
    {
        var time = new FakeTimeProvider();
        var options = TestServer.Options();
        options.Shutdown.Drain = TimeSpan.FromSeconds(5);
        await using var server = await TestServer.StartAsync(options, time);
        await Eventually.TrueAsync(async () => (await server.SendAsync("GET", "/readyz")).Status == 200, "ready");

        var leaving = server.Server.LeaveAsync(drain: true, CancellationToken.None);

        var ready = await server.SendAsync("GET", "/readyz");
        Assert.Equal(503, ready.Status);
        Assert.Contains("draining", ready.Text);
        Assert.Equal(200, (await server.SendAsync("GET", "/healthz")).Status);
        var answer = await server.SendAsync("POST", Target, [1]); // a new connection, too
        Assert.Equal(201, answer.Status);
        Assert.Equal("close", answer["Connection"]);
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(200, (await server.SendAsync("GET", Target)).Status);
        Assert.False(server.Store.IsDisposed);

        time.Advance(TimeSpan.FromSeconds(0.2));
        await leaving;
        Assert.True(server.Store.IsDisposed);
        await Assert.ThrowsAsync<SocketException>(() => server.SendAsync("GET", Target));
    }

    [Fact]
    public async Task What_is_in_flight_when_the_drain_ends_is_finished_and_the_store_is_closed_after_it()
    {
        await using var server = await TestServer.StartAsync();
        var arrived = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        server.Store.Intercept = async _ =>
        {
            arrived.TrySetResult();
            await release.Task;
            return WriteResult.Ok;
        };
        var request = server.SendAsync("POST", Target, [1]);
        await arrived.Task;

        var leaving = server.Server.LeaveAsync(drain: false, CancellationToken.None);
        await Eventually.TrueAsync(() => server.Log.Contains("Stopping"), "stopping");
        Assert.False(server.Store.IsDisposed);
        release.SetResult();

        Assert.Equal(201, (await request).Status);
        await leaving;
        Assert.True(server.Store.IsDisposed);
        Assert.Equal(1, server.Store.Count);
    }

    [Fact]
    public async Task What_takes_longer_than_the_timeout_is_cut()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        var arrived = new TaskCompletionSource();
        server.Store.Intercept = async cancellationToken =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return WriteResult.Ok;
        };
        var request = server.SendAsync("GET", Target);
        await arrived.Task;

        var leaving = server.Server.LeaveAsync(drain: false, CancellationToken.None);
        await Eventually.TrueAsync(() => server.Log.Contains("Stopping"), "stopping");
        Assert.False(leaving.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(11));

        await leaving;
        Assert.True(server.Store.IsDisposed);
        await Assert.ThrowsAnyAsync<IOException>(() => request);
    }

    [Fact]
    public async Task A_second_signal_ends_the_drain_and_cuts_what_is_in_flight()
    {
        var options = TestServer.Options();
        options.Shutdown.Drain = TimeSpan.FromHours(1);
        await using var server = await TestServer.StartAsync(options);
        using var hurry = new CancellationTokenSource();

        var leaving = server.Server.LeaveAsync(drain: true, hurry.Token);
        Assert.Equal(503, (await server.SendAsync("GET", "/readyz")).Status);
        Assert.False(leaving.IsCompleted);
        await hurry.CancelAsync();

        await leaving;
        Assert.True(server.Store.IsDisposed);
    }

    [Fact]
    public async Task A_store_that_does_not_open_leaves_nothing_behind()
    {
        await using var server = new Holdfast.Hosting.HoldfastServer(
            TestServer.Options(), _ => throw new InvalidDataException("foreign folder"), TimeProvider.System, logOutput: new LogCapture());

        await Assert.ThrowsAsync<InvalidDataException>(() => server.StartAsync(CancellationToken.None));
    }
}
