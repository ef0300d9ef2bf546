using System.Net;
using System.Net.Sockets;
using Holdfast.Lab.Against;
using Holdfast.Lab.Workload;
using Xunit;

namespace Holdfast.Lab.Tests.Scenarios;

public sealed class HttpLoadTests
{
    /// <summary>`workload: off` of a scenario that is played against a service: requests come, and nobody is there to take them.</summary>
    [Fact]
    public async Task While_no_instance_runs_every_request_fails_and_none_is_sent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sessions = new Uri($"http://{listener.LocalEndpoint}/sessions/v1/");
        using var load = new HttpLoad(sessions, new WorkloadOptions { Rate = 500, Timeout = TimeSpan.FromSeconds(1) }, TimeProvider.System, 1) { IsOn = false };
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        await load.RunAsync(stop.Token);
        Assert.False(listener.Pending());
        Assert.Equal(0, load.Served);
        Assert.InRange(load.Failed, 10, int.MaxValue);
        Assert.Equal((0, load.Failed), load.TakeInterval());

        load.IsOn = true;
        using var again = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await load.RunAsync(again.Token);
        Assert.True(listener.Pending());
    }
}
