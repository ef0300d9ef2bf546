using System.Net;
using System.Text.Json;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Control;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Scenarios;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Commands;

/// <summary>What the commands print when all is well: `run` with its options, `faults`, `state`, `begin`.</summary>
public sealed class RunCommandTests : IDisposable
{
    private const string Pause = """
        name: a pause
        about: One of three stands still.
        cluster: { eqiad: 3 }
        workload: { rate: 50, reads: 0.7, writes: 0.3, timeout: 1s }
        timeline:
          - { at: 5s, fault: pause, nodes: [eqiad-2], with: { for: 10s } }
        lasts: 30s
        """;

    private readonly TemporaryFolder folder = new();
    private readonly string scenario;

    public RunCommandTests()
    {
        scenario = Path.Combine(folder.Path, "pause.yaml");
        File.WriteAllText(scenario, Pause);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_scenario_s_timeline_is_printed_and_kept_and_a_seed_writes_it_again()
    {
        var kept = Path.Combine(folder.Path, "timeline.txt");
        var printed = await Typed.PrintedAsync("run", scenario, "--seed", "7", "--out", kept);
        Assert.StartsWith("a pause, seed 7. One of three stands still.\n", printed, StringComparison.Ordinal);
        Assert.Contains("\n00:00:05.000  fault  #1 pause eqiad-2 for=10s\n", printed, StringComparison.Ordinal);
        Assert.Contains("\n00:00:15.000  heal   #1 pause eqiad-2 for=10s\n", printed, StringComparison.Ordinal);
        Assert.Matches(@"\n\d+ served, \d\d+ failed, \d\d+ of them while another coordinator could have served them\.\n +\d+ × ", printed);

        var timeline = printed.Split('\n').Where(l => l.StartsWith("00:", StringComparison.Ordinal)).ToList();
        Assert.Equal(timeline, await File.ReadAllLinesAsync(kept, TestContext.Current.CancellationToken));
        Assert.Equal(printed, await Typed.PrintedAsync("run", scenario, "--seed", "7"));
        Assert.NotEqual(timeline, (await Typed.PrintedAsync("run", scenario, "--seed", "8")).Split('\n').Where(l => l.StartsWith("00:", StringComparison.Ordinal)));
    }

    /// <summary>A scenario without draws of time is the same at any speed, and takes as long as it says: 30 s at 20 times real time are 1.5 s.</summary>
    [Fact]
    public async Task With_a_speed_it_plays_by_the_clock_on_the_wall()
    {
        var from = TimeProvider.System.GetTimestamp();
        var printed = await Typed.PrintedAsync("run", scenario, "--speed", "20");
        Assert.True(TimeProvider.System.GetElapsedTime(from) >= TimeSpan.FromSeconds(1.4));
        Assert.Contains("  fault  #1 pause eqiad-2 for=10s\n", printed, StringComparison.Ordinal);
        Assert.Contains("  heal   #1 pause eqiad-2 for=10s\n", printed, StringComparison.Ordinal);
        Assert.Matches(@"\n\d\d\d+ served, ", printed);
    }

    [Fact]
    public async Task A_shipped_scenario_is_known_by_the_beginning_of_its_name() =>
        Assert.StartsWith("2022-12-13 ", await Typed.PrintedAsync("run", "2022-12"), StringComparison.Ordinal);

    [Fact]
    public async Task Every_kind_of_fault_is_listed_with_its_parameters()
    {
        var printed = await Typed.PrintedAsync("faults");
        foreach (var kind in FaultCatalog.All)
        {
            Assert.Contains($"{kind.Name,-20} {kind.Summary}\n", printed, StringComparison.Ordinal);
            Assert.All(kind.Parameters, p => Assert.Contains($"   {p.Name}=", printed, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_running_lab_s_state_is_JSON_and_its_scenario_begins_when_it_is_told_to()
    {
        var lab = new TestCluster();
        await using var driver = new RealTimeDriver(lab.Scheduler, TimeProvider.System);
        var player = await driver.InvokeAsync(() => new ScenarioPlayer(
            ScenarioFile.Read(scenario), lab.Cluster, lab.Faults, new Timeline(lab.Cluster, lab.Faults, _ => { })));
        await using var control = await ControlServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            new ControlledLab(driver, lab.Cluster, lab.Faults, new VerdictTimeline(lab.Cluster), player), CancellationToken.None);
        string[] there = ["--control", control.Address.Authority];
        var state = JsonSerializer.Deserialize<LabState>(await Typed.PrintedAsync(["state", .. there]), ControlServer.Json)!;
        Assert.Equal(lab.Cluster.Nodes.Select(n => (n.Name, 2, 2)), state.Nodes.Select(n => (n.Name, n.SeesUp.Count, n.SeenUpBy.Count)));
        Assert.False(player.HasBegun);
        Assert.Equal("", await Typed.PrintedAsync(["begin", .. there]));
        Assert.True(player.HasBegun);
        Assert.Equal("lab: the scenario has begun already", (await Typed.RunAsync(["begin", .. there])).Error.Trim());
    }
}
