using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Xunit;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>
/// Three drivers that others wrote run unmodified against the lab: they discover it, prepare, write with TTL, read at
/// LOCAL_QUORUM and in pages, delete at EACH_QUORUM, survive a reboot and a reimage, and receive the events.
/// tests/drivers/README.md says more.
/// </summary>
public sealed class ForeignDriverTests(ITestOutputHelper output)
{
    private const double Speed = 3; // a node starts in 5 to 6 s

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    [InlineData(0, false)]
    public async Task The_Python_driver_cannot_tell_the_lab_from_a_cluster(int version, bool authenticates)
    {
        await ForeignProgram.RequireAsync("/usr/bin/python3", "-c", "import cassandra");
        await CheckAsync(1 + (ulong)version, authenticates, "python", "/usr/bin/python3", ["check.py"], version);
    }

    [Fact]
    public async Task The_Node_driver_cannot_tell_the_lab_from_a_cluster()
    {
        await ForeignProgram.RequireNodePackagesAsync();
        await CheckAsync(11, authenticates: true, "node", "node", ["check.js"], version: 4);
    }

    [Fact]
    public async Task The_Go_driver_cannot_tell_the_lab_from_a_cluster()
    {
        string program = await GoProgram.BuildAsync("check.go", Patience);
        try
        {
            await CheckAsync(12, authenticates: true, "go", program, [], version: 4);
        }
        finally
        {
            File.Delete(program);
        }
    }

    private async Task CheckAsync(ulong seed, bool authenticates, string driver, string program, string[] script, int version)
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
