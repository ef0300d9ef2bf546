using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>
/// A log that cannot be written though the disk has room: the process may write no file of more than so many bytes (RLIMIT_FSIZE),
/// which is set and lifted while it runs.
/// </summary>
public sealed class FailingLogTests : IDisposable
{
    private const string Marker = "MARKER8f3a";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-failing-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("sync")]
    [InlineData("relaxed")]
    public async Task Writes_are_answered_503_until_the_store_has_mended_itself_and_nothing_acknowledged_is_lost(string durability)
    {
        TestSettings.SkipWhenFast();
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/prlimit"), "needs prlimit");
        string data = Path.Combine(_folder.FullName, "data");
        List<string> acknowledged = [];
        using HttpClient http = new();
        await using (HoldfastProcess server = await HoldfastProcess.StartAsync(data, durability, environment: ("HOLDFAST__LOG_LEVEL", "debug")))
        {
            await LimitAsync(server, "8192");
            for (int i = 0; i < 50; i++)
            {
                string key = Marker + i.ToString(CultureInfo.InvariantCulture);
                HttpStatusCode answer = await http.PostAsync(server, key, Value(key));
                Assert.Contains(answer, new[] { HttpStatusCode.Created, HttpStatusCode.ServiceUnavailable });
                if (answer == HttpStatusCode.Created)
                {
                    acknowledged.Add(key);
                }
            }

            Assert.InRange(acknowledged.Count, 1, 49);
            await server.UntilLoggedAsync("The log cannot be written (");
            await server.UntilLoggedAsync("The database could not be reopened (");
            await AssertAllThereAsync(http, server, acknowledged);

            await LimitAsync(server, "unlimited");
            await Requests.UntilAsync(
                async () => await http.PostAsync(server, "again", Value("again")) == HttpStatusCode.Created, "a 201 after the limit was lifted");
            acknowledged.Add("again");
            await server.UntilLoggedAsync("The database was reopened");
            await AssertAllThereAsync(http, server, acknowledged);
            string metrics = await http.GetStringAsync(new Uri(server.Admin, "metrics"));
            Assert.Matches("""(?m)^holdfast_embedded_log_failures_total\{operation="write"\} [1-9]""", metrics);
            Assert.Matches(@"(?m)^holdfast_embedded_reopened_total(\{\})? [1-9]", metrics);
            server.Signal(HoldfastProcess.SigTerm);
            await server.WaitForExitAsync();
            Assert.Equal(0, server.ExitCode);
            Assert.DoesNotContain(Marker, metrics + server.Output, StringComparison.OrdinalIgnoreCase);
        }

        await using HoldfastProcess later = await HoldfastProcess.StartAsync(data, durability);
        await AssertAllThereAsync(http, later, acknowledged);
    }

    private static async Task AssertAllThereAsync(HttpClient http, HoldfastProcess server, IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            Assert.Equal(Value(key), await http.GetByteArrayAsync(new Uri(server.Sessions, key)));
        }
    }

    private static async Task LimitAsync(HoldfastProcess server, string bytes)
    {
        using Process change = Process.Start(
            "/usr/bin/prlimit", ["--pid", server.Id.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}:unlimited"]);
        await change.WaitForExitAsync();
        Assert.Equal(0, change.ExitCode);
    }

    private static byte[] Value(string key) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(key, 100)));
}
