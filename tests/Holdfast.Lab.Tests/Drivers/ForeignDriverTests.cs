using Xunit;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>
/// Three drivers that others wrote run unmodified against the lab: they discover it, prepare, write with TTL, read at
/// LOCAL_QUORUM and in pages, fetch a trace, delete at EACH_QUORUM, survive a reboot and a reimage, and receive the events.
/// tests/drivers/README.md says more.
/// </summary>
public sealed class ForeignDriverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_Node_driver_cannot_tell_the_lab_from_a_cluster()
    {
        await ForeignProgram.RequireNodePackagesAsync();
        await DriverCheck.RunAsync(output, 11, authenticates: true, "node", "node", ["check.js"], version: 4);
    }

    [Fact]
    public async Task The_Go_driver_cannot_tell_the_lab_from_a_cluster()
    {
        string program = await GoProgram.BuildAsync("check.go", DriverCheck.Patience);
        try
        {
            await DriverCheck.RunAsync(output, 12, authenticates: true, "go", program, [], version: 4);
        }
        finally
        {
            File.Delete(program);
        }
    }
}

/// <summary>The same by the driver that speaks both versions, and that begins with its newest when it is told none (0).</summary>
public sealed class PythonDriverTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(4, false)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    [InlineData(0, false)]
    public async Task The_Python_driver_cannot_tell_the_lab_from_a_cluster(int version, bool authenticates)
    {
        await ForeignProgram.RequireAsync("/usr/bin/python3", "-c", "import cassandra");
        await DriverCheck.RunAsync(output, 1 + (ulong)version, authenticates, "python", "/usr/bin/python3", ["check.py"], version);
    }
}
