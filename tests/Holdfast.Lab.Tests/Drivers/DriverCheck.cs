using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Xunit;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>One driver's program of tests/drivers against six nodes on sockets, one of which is rebooted and another reimaged under it.</summary>
internal static class DriverCheck
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private const double Speed = 3; // a node starts in 5 to 6 s

    public static async Task RunAsync(
        ITestOutputHelper output, ulong seed, bool authenticates, string driver, string program, string[] script, int version)
    {
        output.WriteLine($"seed {seed}");
        using CancellationTokenSource patience = new(Patience, TimeProvider.System);
        ClusterOptions options = new()
        {
            Name = "lab",
            Datacenters = [new("eqiad", 3), new("codfw", 3)],
            Credentials = authenticates ? new Credentials("lab", "secret") : null,
        };
        await using var lab = await LabOnSockets.StartAsync(seed, options, Speed);
        string[] arguments =
        [
            .. script, "--contact", lab.FirstNode.Address.ToString(), "--port", $"{lab.FirstNode.Port}", "--version", $"{version}",
            "--dc", "eqiad", "--nodes", "6", "--datacenters", "2",
            .. authenticates ? new[] { "--user", "lab", "--password", "secret" } : [],
        ];
        using var running = ForeignProgram.Start(ForeignProgram.Folder(driver), program, arguments);
        try
        {
            await running.WaitForAsync("ready", patience.Token);
            await lab.ApplyAsync("reboot", "eqiad-2", ("down", "3s"));
            await running.SayAsync("go on");
            await running.WaitForAsync("ready to reimage", patience.Token);
            await lab.ApplyAsync("reimage", "eqiad-3", ("down", "3s"));
            await running.SayAsync("go on");
            await running.WaitForAsync("done", patience.Token);
            Assert.Equal(0, await running.ExitCodeAsync(patience.Token));
        }
        finally
        {
            output.WriteLine(running.Printed);
        }
    }
}
