using System.Net;
using System.Net.Sockets;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Control;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Tests.Cluster;
using Xunit;

namespace Holdfast.Lab.Tests.Commands;

public sealed class LabCommandLineTests
{
    [Theory]
    [InlineData("frob", "frob")]
    [InlineData("up --frob", "--frob")]
    [InlineData("up --dc foo", "--dc foo: a name and a number of nodes from 1 to 100, as eqiad=3")]
    [InlineData("up --dc eqiad=0", "--dc eqiad=0: a name")]
    [InlineData("up --dc a=3 --dc a=3", "--dc a: named twice")]
    [InlineData("up --dc a=100 --dc b=100 --dc c=100", "more than 200 nodes")]
    [InlineData("up --for soon", "--for soon: a duration such as 500ms, 20s, 3m or 2h")]
    [InlineData("up --for 99999999999h", "--for 99999999999h: a duration")]
    [InlineData("up --base 10.0.0.1", "--base 10.0.0.1: a loopback address")]
    [InlineData("up --port 99999", "--port 99999: 1 to 65535")]
    [InlineData("up --port many", "'many'")]
    [InlineData("up --control 0.0.0.0:9180", "--control 0.0.0.0:9180: a loopback address and a port")]
    [InlineData("up --auth somebody", "--auth: a user and a password, as user:password")]
    [InlineData("up --protocol-max 3", "--protocol-max 3: 4 or 5")]
    [InlineData("up --speed 0", "--speed 0: above 0")]
    [InlineData("up --hold", "--hold needs a --scenario")]
    [InlineData("up --scenario 2023 --dc a=3", "the scenario names its data centres itself")]
    [InlineData("up --scenario nowhere", "there is no scenario nowhere")]
    [InlineData("run nowhere", "there is no scenario nowhere")]
    [InlineData("run 2023 --speed -1", "--speed -1: above 0")]
    [InlineData("run 2023 --out /nowhere/at/all", "--out /nowhere/at/all: ")]
    [InlineData("heal two", "heal two: a fault's number")]
    [InlineData("state --control nowhere:at:all", "--control nowhere:at:all: an address and a port")]
    [InlineData("fault pause eqiad-1 --control 127.0.0.1:1", "no lab answers on 127.0.0.1:1")]
    [InlineData("begin --control 127.0.0.1:1", "no lab answers on 127.0.0.1:1")]
    public async Task A_mistake_is_one_line_and_exit_code_2(string typed, string told)
    {
        var (code, line) = await RunAsync(typed.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(told, line, StringComparison.Ordinal);
        Assert.StartsWith("lab: ", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("fault puase datacenter1-1", "no fault is called puase; `lab faults` lists them")]
    [InlineData("fault pause nobody", "no node is called nobody; there are datacenter1-1, datacenter1-2, datacenter1-3")]
    [InlineData("fault pause", "pause needs nodes")]
    [InlineData("fault pause datacenter1-1 by=3s", "pause takes no by; it takes for")]
    [InlineData("fault slow datacenter1-1 floor=soon", "slow: floor=soon is not a duration")]
    [InlineData("heal 77", "there is no fault 77 any more")]
    [InlineData("begin", "this lab plays no scenario")]
    [InlineData("verdict nowhere key", "there is no keyspace nowhere")]
    [InlineData("verdict system key --level TWICE", "level=TWICE is not a level that can be judged")]
    public async Task What_a_running_lab_refuses_is_one_line_and_exit_code_2(string typed, string told)
    {
        var lab = new TestCluster();
        await using var driver = new RealTimeDriver(lab.Scheduler, TimeProvider.System);
        await using var control = await ControlServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), new ControlledLab(driver, lab.Cluster, lab.Faults, new VerdictTimeline(lab.Cluster)), CancellationToken.None);
        var (code, line) = await RunAsync([.. typed.Split(' '), "--control", control.Address.Authority]);
        Assert.Equal((2, $"lab: {told}"), (code, line[..Math.Min(line.Length, told.Length + 5)]));
        Assert.Equal(1, line.Count(c => c == '\n'));
    }

    [Fact]
    public async Task A_fault_is_one_line_with_its_number_and_the_verdict_a_line_for_each_coordinator()
    {
        var lab = new TestCluster();
        var verdicts = new VerdictTimeline(lab.Cluster);
        await using var driver = new RealTimeDriver(lab.Scheduler, TimeProvider.System, 100);
        await using var control = await ControlServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), new ControlledLab(driver, lab.Cluster, lab.Faults, verdicts), CancellationToken.None);
        Assert.Equal("#1 pause datacenter1-2 for=1h\n", await PrintedAsync("fault pause datacenter1-2 for=1h"));
        Assert.Equal("", await PrintedAsync("heal 1"));
        Assert.Equal("#2 stop datacenter1-2\n", await PrintedAsync("fault stop datacenter1-2"));
        var verdict = await PrintedAsync("verdict system_auth key --level ONE --since 1h");
        Assert.Matches(@"^(datacenter1-[123]  \w+ [\d.]+ s(, then \w+ [\d.]+ s)*\n){3}datacenter1: \w[^\n]+\n$", verdict);
        Assert.Matches(@"\ndatacenter1-2  serves .*unreachable [\d.]+ s\n", verdict);
        Assert.Equal("", await PrintedAsync("heal all"));

        Task<string> PrintedAsync(string typed) => Typed.PrintedAsync([.. typed.Split(' '), "--control", control.Address.Authority]);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_line_with_the_address()
    {
        using var taken = new TcpListener(IPAddress.Parse("127.19.7.1"), 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (code, line) = await RunAsync(["up", "--base", "127.19.7.1", "--port", $"{port}", "--control", "127.0.0.1:0"]);
        Assert.Equal(2, code);
        Assert.StartsWith($"lab: nodes from 127.19.7.1:{port} on: ", line, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Error)> RunAsync(string[] arguments)
    {
        var (code, _, error) = await Typed.RunAsync(arguments);
        return (code, error);
    }
}
