using System.Net;
using System.Text;
using Holdfast.Acceptance.Operations;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>The event log's disk fills up: the service goes on, and what happened meanwhile is written once there is room.</summary>
public sealed class FullEventDiskTests : IDisposable
{
    private const int Actions = 100;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-events-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_full_disk_of_the_event_log_hurts_nobody_and_costs_no_event()
    {
        TestSettings.SkipWhenFast();
        LoopMount.SkipUnlessPossible();
        using LoopMount disk = LoopMount.Make(_folder.FullName, mebibytes: 8);
        string events = Path.Combine(disk.Folder, "events");
        await using HoldfastProcess server = await HoldfastProcess.StartAsync(
            Path.Combine(_folder.FullName, "data"), environment: ("HOLDFAST__EVENTS__PATH", events));
        using HttpClient http = new();
        string ballast = disk.Fill();

        for (int i = 0; i < Actions; i++)
        {
            using StringContent asked = new($$"""{"directory":"relative/{{i}}"}""", Encoding.UTF8, "application/json");
            using HttpResponseMessage refused = await http.PostAsync(new Uri(server.Admin, "admin/backup"), asked);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            using HttpResponseMessage stored = await http.PostAsync(new Uri(server.Sessions, $"key{i}"), new ByteArrayContent([1]));
            Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        }

        await server.UntilLoggedAsync("The event log cannot be written");
        File.Delete(ballast);
        await server.UntilLoggedAsync("The event log is written again");
        server.Signal(HoldfastProcess.SigTerm);
        await server.WaitForExitAsync();

        (bool drafted, string report) = await ForeignProgram.RunAsync(
            _folder.FullName, Path.Combine(AppContext.BaseDirectory, "holdfast"), "report", "--events", events, "--from=-1h");
        Assert.True(drafted, report);
        Assert.All(Enumerable.Range(0, Actions), i => Assert.Equal(1, Times(report, $$"""| {"directory":"relative/{{i}}"} |""")));
        Assert.Equal(1, server.Times("The event log cannot be written"));
        Assert.DoesNotContain("damaged", report, StringComparison.Ordinal);
        Assert.DoesNotContain("unclean stop**", report, StringComparison.Ordinal);
    }

    private static int Times(string text, string part) => text.Split(part).Length - 1;
}
