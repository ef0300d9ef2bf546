using System.Net;
using System.Net.Http.Json;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Control;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Control;

public sealed class ControlServerTests : IAsyncLifetime
{
    private readonly TestCluster lab = new();
    private RealTimeDriver driver = null!;
    private ControlServer server = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        driver = new RealTimeDriver(lab.Scheduler, TimeProvider.System);
        server = await ControlServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ControlledLab(driver, lab.Cluster, lab.Faults, new VerdictTimeline(lab.Cluster)), Cancellation);
        client = new HttpClient { BaseAddress = server.Address };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        await driver.DisposeAsync();
    }

    [Fact]
    public async Task A_fault_is_applied_seen_in_the_state_and_healed()
    {
        var order = new FaultOrder("pause", ["datacenter1-2"], null);
        var applied = await client.PostAsJsonAsync("faults", order, ControlServer.Json, Cancellation);
        Assert.Equal(HttpStatusCode.OK, applied.StatusCode);
        var state = await client.GetFromJsonAsync<LabState>("state", ControlServer.Json, Cancellation);
        Assert.Equal(Lab.Cluster.NodeState.Paused, state!.Nodes[1].State);
        var fault = Assert.Single(state.Faults);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"faults/{fault.Id}", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"faults/{fault.Id}", Cancellation)).StatusCode);
        Assert.False(await driver.InvokeAsync(() => lab[1].Process!.Life.IsPaused));
    }

    [Fact]
    public async Task A_mistake_is_explained()
    {
        var refused = await client.PostAsJsonAsync("faults", new FaultOrder("puase", ["all"], null), ControlServer.Json, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("no fault is called puase", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "http://127.0.0.1:8080")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Host", "rebound.example")]
    public async Task A_web_page_is_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "faults");
        request.Headers.TryAddWithoutValidation(header, value);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(request, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task It_listens_on_loopback_only() => await Assert.ThrowsAsync<ArgumentException>(() =>
        ControlServer.StartAsync(new IPEndPoint(IPAddress.Any, 0), new ControlledLab(driver, lab.Cluster, lab.Faults, new VerdictTimeline(lab.Cluster)), Cancellation));
}
