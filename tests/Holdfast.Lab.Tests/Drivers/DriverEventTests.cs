using System.Net;
using System.Net.Http.Json;
using Holdfast.Lab.Control;
using Xunit;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>
/// Events reach the drivers that others wrote, as frames on their control connection and not by their own reconnects: a schema that a
/// second session changes, a node that says goodbye while its connections stand, a node that comes and one that goes, each by the
/// control API of `lab up`.
/// </summary>
public sealed class DriverEventTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task The_Python_driver_is_told_of_everything(int version)
    {
        await ForeignProgram.RequireAsync("/usr/bin/python3", "-c", "import cassandra");
        await CheckAsync("python", "/usr/bin/python3", ["events.py"], version);
    }

    [Fact]
    public async Task The_Node_driver_is_told_of_everything()
    {
        await ForeignProgram.RequireNodePackagesAsync();
        await CheckAsync("node", "node", ["events.js"], 4);
    }

    [Fact]
    public async Task The_Go_driver_is_told_of_everything()
    {
        string program = await GoProgram.BuildAsync("events/events.go", Patience, "gocql_debug");
        try
        {
            await CheckAsync("go", program, [], 4);
        }
        finally
        {
            File.Delete(program);
        }
    }

    private async Task CheckAsync(string driver, string program, string[] script, int version)
    {
        using CancellationTokenSource patience = new(Patience, TimeProvider.System);
        using var lab = await LabProcess.StartAsync(["--dc", "eqiad=2", "--speed", "20"], patience.Token);
        var second = Address(lab, 1);
        var third = Address(lab, 2);
        using var running = ForeignProgram.Start(
            ForeignProgram.Folder(driver), program,
            [.. script, "--contact", lab.FirstNode, "--other", second, "--port", $"{lab.Port}", "--version", $"{version}"]);
        using var control = new HttpClient { BaseAddress = lab.Control };
        try
        {
            await running.WaitForAsync("ready", patience.Token);
            await ExpectAsync("create made_elsewhere");
            await ExpectAsync("expect SCHEMA_CHANGE CREATED made_elsewhere 2 -");

            // Its connections stand all the while: only an event can tell.
            var gossip = await FaultAsync("gossip-off", "eqiad-2");
            await ExpectAsync($"expect STATUS_CHANGE DOWN {second} 2 {(driver == "node" ? "-" : "down")}"); // Node's driver believes its connections
            using (var healed = await control.DeleteAsync(new Uri($"faults/{gossip}", UriKind.Relative), patience.Token))
            {
                Assert.Equal(HttpStatusCode.NoContent, healed.StatusCode);
            }

            await ExpectAsync($"expect STATUS_CHANGE UP {second} 2 up");
            await FaultAsync("add-node");
            await ExpectAsync($"expect TOPOLOGY_CHANGE NEW_NODE {third} 3 -");
            await FaultAsync("remove-node", "eqiad-2");
            await ExpectAsync($"expect TOPOLOGY_CHANGE REMOVED_NODE {second} 2 -");
            await running.SayAsync("end");
            await running.WaitForAsync("done", patience.Token);
            Assert.Equal(0, await running.ExitCodeAsync(patience.Token));
        }
        finally
        {
            output.WriteLine(running.Printed);
            output.WriteLine(lab.Printed);
        }

        async Task ExpectAsync(string line)
        {
            await running.SayAsync(line);
            await running.WaitForAsync($"seen {line}", patience.Token);
        }

        async Task<int> FaultAsync(string kind, params string[] nodes)
        {
            using var applied = await control.PostAsJsonAsync("faults", new FaultOrder(kind, nodes, null), ControlServer.Json, patience.Token);
            applied.EnsureSuccessStatusCode();
            return (await applied.Content.ReadFromJsonAsync<FaultReport>(ControlServer.Json, patience.Token))!.Id;
        }
    }

    private static string Address(LabProcess lab, byte after)
    {
        var bytes = IPAddress.Parse(lab.FirstNode).GetAddressBytes();
        bytes[3] += after;
        return new IPAddress(bytes).ToString();
    }
}
