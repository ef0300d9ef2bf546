using System.Net;
using System.Net.Http.Json;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Control;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Control;

/// <summary>The oracle as clients on real sockets ask it, with the wall clock's times; the lab's minutes are half a second.</summary>
public sealed class VerdictTests : IAsyncLifetime
{
    private const int Speed = 120;

    private readonly TestCluster lab = new(options: new ClusterOptions { Datacenters = [new("eqiad", 3), new("codfw", 3)] });
    private RealTimeDriver driver = null!;
    private ControlServer server = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var session = new WireClient(lab[0]);
        session.Startup();
        session.Query("CREATE KEYSPACE sessions WITH replication = {'class': 'NetworkTopologyStrategy', 'eqiad': 3, 'codfw': 3}");
        lab.Run(5);
        var verdicts = new VerdictTimeline(lab.Cluster);
        driver = new RealTimeDriver(lab.Scheduler, TimeProvider.System, Speed);
        server = await ControlServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), new ControlledLab(driver, lab.Cluster, lab.Faults, verdicts), Cancellation);
        client = new HttpClient { BaseAddress = server.Address };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        await driver.DisposeAsync();
    }

    [Fact]
    public async Task A_blind_coordinator_refuses_while_its_data_centre_could_serve()
    {
        var start = TimeProvider.System.GetUtcNow();
        await ApplyAsync("rejoin-blind", "eqiad-1");
        await UntilAsync(() => lab[0].Process is { IsOpen: true });
        var opened = TimeProvider.System.GetUtcNow();
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancellation);

        var blind = await AskAsync($"keyspace=sessions&key=wiki:1&from={Iso(opened)}");
        Assert.Equal([Verdict.Refuses], blind.Coordinators[0].Spans.Select(s => s.Verdict));
        Assert.True(Of(blind, "eqiad").CouldServeThroughout);
        Assert.InRange(blind.From, opened - TimeSpan.FromMilliseconds(2), opened + TimeSpan.FromMilliseconds(2));

        var whole = await AskAsync($"keyspace=sessions&keyHex=77696b693a31&since=1h&level=local_quorum");
        Assert.Equal(blind.Token, whole.Token); // the same key
        Assert.Equal([Verdict.Serves, Verdict.Unreachable, Verdict.Refuses], whole.Coordinators[0].Spans.Select(s => s.Verdict));
        var reboot = whole.Coordinators[0].Spans[1];
        Assert.InRange(reboot.From, start - TimeSpan.FromMilliseconds(100), opened);
        Assert.InRange(reboot.To, reboot.From, opened);
    }

    [Fact]
    public async Task Deletes_at_EACH_QUORUM_have_nobody_when_the_other_data_centre_is_cut_off()
    {
        await ApplyAsync("cut-dc", "codfw");
        await UntilAsync(() => Enumerable.Range(0, 3).All(n => Enumerable.Range(3, 3).All(p => !lab.Sees(n, p))));
        var deletes = await AskAsync("keyspace=sessions&key=wiki:1&level=EACH_QUORUM&write=true");
        Assert.Equal(("EACH_QUORUM", true), (deletes.Level, deletes.IsWrite));
        Assert.Equal((false, false), (Of(deletes, "eqiad").CouldServeAtTimes, Of(deletes, "codfw").MightServeAtTimes));
        var writes = await AskAsync("keyspace=sessions&key=wiki:1&write=true");
        Assert.Equal((true, true), (Of(writes, "eqiad").CouldServeThroughout, Of(writes, "codfw").CouldServeThroughout));
    }

    [Fact]
    public async Task Nodes_that_came_are_judged_and_those_that_went_are_too()
    {
        await ApplyAsync("add-node", []);
        await UntilAsync(() => lab.Cluster.Nodes.Count == 7 && lab[6].Process is { IsOpen: true });
        await ApplyAsync("remove-node", "eqiad-2");
        await UntilAsync(() => lab[1].Process is null);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Cancellation);

        for (var key = 0; key < 20; key++)
        {
            var report = await AskAsync($"keyspace=sessions&key=wiki:{key}&since=1h");
            var added = report.Coordinators.Single(c => c.Name == "eqiad-4");
            Assert.Equal((Verdict.Unreachable, Verdict.Serves), (added.Spans[0].Verdict, added.Spans[^1].Verdict));
            var removed = report.Coordinators.Single(c => c.Name == "eqiad-2");
            Assert.Equal((Verdict.Serves, Verdict.Unreachable), (removed.Spans[0].Verdict, removed.Spans[^1].Verdict));
            Assert.True(Of(report, "eqiad").CouldServeThroughout);
        }

        // With the removed node gone two of the three left must do, whichever key it is: they hold all of them.
        await ApplyAsync("stop", "eqiad-1");
        await ApplyAsync("stop", "eqiad-3");
        await UntilAsync(() => !lab.Sees(6, 0) && !lab.Sees(6, 2));
        Assert.False(Of(await AskAsync("keyspace=sessions&key=wiki:1"), "eqiad").MightServeAtTimes);
    }

    [Theory]
    [InlineData("key=a", "which keyspace?")]
    [InlineData("keyspace=sessions", "which key?")]
    [InlineData("keyspace=nowhere&key=a", "there is no keyspace nowhere")]
    [InlineData("keyspace=sessions&key=a&level=SERIAL", "level=SERIAL is not a level that can be judged")]
    [InlineData("keyspace=sessions&key=a&from=soon", "from=soon is not a time")]
    [InlineData("keyspace=sessions&key=a&since=soon", "since=soon is not a duration")]
    [InlineData("keyspace=sessions&keyHex=xy", "keyHex is not hexadecimal")]
    [InlineData("keyspace=sessions&token=x", "token=x is not a whole number")]
    [InlineData("keyspace=sessions&key=a&write=perhaps", "write=perhaps is neither true nor false")]
    [InlineData("keyspace=sessions&key=a&leval=ONE", "verdict takes no leval")]
    [InlineData("keyspace=sessions&key=a&from=2100-01-01T00:00:00Z", "from lies after to, or after now")]
    public async Task A_mistake_is_explained(string query, string told)
    {
        var refused = await client.GetAsync(new Uri($"verdict?{query}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(told, await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private static string Iso(DateTimeOffset time) => Uri.EscapeDataString(time.ToString("O"));

    private static DatacenterVerdict Of(VerdictReport report, string datacenter) => report.Datacenters.Single(d => d.Name == datacenter);

    private Task<ActiveFault> ApplyAsync(string kind, params string[] nodes) => driver.InvokeAsync(() => lab.Faults.Apply(kind, nodes));

    private async Task<VerdictReport> AskAsync(string query) =>
        (await client.GetFromJsonAsync<VerdictReport>($"verdict?{query}", ControlServer.Json, Cancellation))!;

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!await driver.InvokeAsync(condition))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }
}
