using System.Globalization;
using System.Net.Sockets;
using Xunit;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>`lab up` with its options, as drivers that others wrote meet it: a program of its own, broken by its own commands.</summary>
public sealed class LabUpTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly string[] Datacenters = ["--dc", "eqiad=3", "--dc", "codfw=3"];

    [Fact]
    public async Task With_TLS_and_a_password_at_three_times_real_time_the_Python_driver_is_at_home_in_v5()
    {
        await ForeignProgram.RequireAsync("/usr/bin/python3", "-c", "import cassandra");
        using var folder = new TemporaryFolder();
        await CheckAsync(
            ["--speed", "3", "--tls", folder.Path, "--auth", "lab:se:cret"], // a password may hold a colon
            "python", "/usr/bin/python3", ["check.py"], 5, ["--ca", Path.Combine(folder.Path, "ca.pem"), "--user", "lab", "--password", "se:cret"]);
    }

    [Fact]
    public async Task Started_cold_with_v4_only_and_TLS_the_Node_driver_finds_everything_once_the_nodes_are_open()
    {
        await ForeignProgram.RequireNodePackagesAsync();
        using var folder = new TemporaryFolder();
        await CheckAsync(
            ["--speed", "3", "--cold", "--protocol-max", "4", "--tls", folder.Path],
            "node", "node", ["check.js"], 4, ["--ca", Path.Combine(folder.Path, "ca.pem")]);
    }

    [Fact]
    public async Task A_cold_cluster_refuses_clients_for_as_long_as_nodes_take_to_start_by_its_own_clock()
    {
        const int Speed = 8;
        using CancellationTokenSource patience = new(Patience, TimeProvider.System);
        var from = TimeProvider.System.GetTimestamp();
        using var lab = await LabProcess.StartAsync(["--dc", "eqiad=3", "--cold", "--speed", $"{Speed}"], patience.Token);
        Assert.Equal(SocketError.ConnectionRefused, await ConnectAsync(lab, patience.Token));
        await lab.WaitForAsync($"eqiad-1 {lab.FirstNode}:{lab.Port} Open", patience.Token);
        var passed = TimeProvider.System.GetElapsedTime(from);
        Assert.Equal(SocketError.Success, await ConnectAsync(lab, patience.Token));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"open after {passed.TotalSeconds:F1} s at {Speed} times real time"));
        Assert.True(passed > TimeSpan.FromSeconds(14.0 / Speed), $"{passed}: a start takes 15 s and more"); // and at most as long as patience lasts
    }

    private static async Task<SocketError> ConnectAsync(LabProcess lab, CancellationToken cancellation)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(lab.FirstNode, lab.Port, cancellation);
            return SocketError.Success;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode;
        }
    }

    private async Task CheckAsync(
        string[] options, string driver, string program, string[] script, int version, string[] extra)
    {
        using CancellationTokenSource patience = new(Patience, TimeProvider.System);
        using var lab = await LabProcess.StartAsync([.. Datacenters, .. options], patience.Token);
        for (var i = 1; i <= 3; i++)
        {
            await lab.WaitForOpenAsync($"eqiad-{i}", patience.Token);
            await lab.WaitForOpenAsync($"codfw-{i}", patience.Token);
        }

        string[] arguments =
        [
            .. script, "--contact", lab.FirstNode, "--port", $"{lab.Port}", "--version", $"{version}",
            "--dc", "eqiad", "--nodes", "6", "--datacenters", "2", .. extra,
        ];
        using var running = ForeignProgram.Start(ForeignProgram.Folder(driver), program, arguments);
        try
        {
            await running.WaitForAsync("ready", patience.Token);
            await lab.CommandAsync(["fault", "reboot", "eqiad-2", "down=3s"], patience.Token);
            await running.SayAsync("go on");
            await running.WaitForAsync("ready to reimage", patience.Token);
            await lab.CommandAsync(["fault", "reimage", "eqiad-3", "down=3s"], patience.Token);
            await running.SayAsync("go on");
            await running.WaitForAsync("done", patience.Token);
            Assert.Equal(0, await running.ExitCodeAsync(patience.Token));
        }
        finally
        {
            output.WriteLine(running.Printed);
            output.WriteLine(lab.Printed);
        }
    }
}
