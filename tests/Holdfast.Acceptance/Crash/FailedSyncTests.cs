using System.Globalization;
using System.Net;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>
/// `relaxed` on a disk that takes every write and then fails to put it down. The second fsync after that would succeed and prove
/// nothing, so the store is reopened, and all that was acknowledged is on the disk afterwards.
/// </summary>
public sealed class FailedSyncTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-thin-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_failed_fsync_in_the_background_is_told_mended_and_loses_nothing()
    {
        TestSettings.SkipWhenFast();
        LoopMount.SkipUnlessPossible();
        using ThinDisk disk = ThinDisk.Make(_folder.FullName, mebibytes: 128, mebibytesBeneath: 12);
        string data = Path.Combine(disk.Folder, "data");
        List<int> acknowledged = [];
        using HttpClient http = new();
        await using (HoldfastProcess server = await HoldfastProcess.StartAsync(data, "relaxed"))
        {
            for (int i = 0; i < 40; i++)
            {
                if (await http.PostAsync(server, Key(i), Value(i)) == HttpStatusCode.Created)
                {
                    acknowledged.Add(i);
                }
            }

            await server.UntilLoggedAsync("The log cannot be put on disk (");
            await Requests.UntilAsync(async () => await http.PostAsync(server, "late", [1]) is >= HttpStatusCode.InternalServerError, "a refusal");
            await AssertAllThereAsync(http, server, acknowledged);
            Assert.Contains(
                "holdfast_embedded_log_failures_total{operation=\"sync\"} 1\n",
                await http.GetStringAsync(new Uri(server.Admin, "metrics")),
                StringComparison.Ordinal);

            disk.Thicken(200);
            await Requests.UntilAsync(async () => await http.PostAsync(server, "again", [1]) == HttpStatusCode.Created, "a 201 on a disk that works");
            await AssertAllThereAsync(http, server, acknowledged);
            server.Signal(HoldfastProcess.SigTerm);
            await server.WaitForExitAsync();
            Assert.Equal(0, server.ExitCode);
        }

        disk.Remount();
        await using HoldfastProcess later = await HoldfastProcess.StartAsync(data, "relaxed");
        await AssertAllThereAsync(http, later, acknowledged);
    }

    private static async Task AssertAllThereAsync(HttpClient http, HoldfastProcess server, List<int> acknowledged)
    {
        Assert.NotEmpty(acknowledged);
        foreach (int i in acknowledged)
        {
            Assert.Equal(Value(i), await http.GetByteArrayAsync(new Uri(server.Sessions, Key(i))));
        }
    }

    private static string Key(int i) => "key" + i.ToString(CultureInfo.InvariantCulture);

    // Hardly compressible, and more than lies beneath the disk.
    private static byte[] Value(int i)
    {
        byte[] bytes = new byte[700_000];
        new Random(i).NextBytes(bytes);
        return bytes;
    }
}
