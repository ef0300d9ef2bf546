using System.Net;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>The program on a disk whose room falls below storage.embedded.min_free_bytes, and comes back.</summary>
public sealed class LowSpaceTests : IDisposable
{
    private const int Mebibyte = 1024 * 1024;
    private const string Low = "Free space is below storage.embedded.min_free_bytes (";
    private const string Back = "Free space is back (";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-low-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Values_are_answered_507_and_the_log_says_why_while_reads_and_deletes_go_on()
    {
        TestSettings.SkipWhenFast();
        LoopMount.SkipUnlessPossible();
        using LoopMount disk = LoopMount.Make(_folder.FullName, mebibytes: 128); // a new log has 36 MiB given to it at once
        string ballast = Path.Combine(disk.Folder, "ballast");
        await using HoldfastProcess server = await HoldfastProcess.StartAsync(
            Path.Combine(disk.Folder, "data"), environment: ("HOLDFAST__STORAGE__EMBEDDED__MIN_FREE_BYTES", "16MiB"));
        using HttpClient http = new();
        Assert.Equal(HttpStatusCode.Created, await http.PostAsync(server, "early", [1]));
        Assert.Equal(0, server.Times(Low));

        await File.WriteAllBytesAsync(ballast, new byte[new DriveInfo(disk.Folder).AvailableFreeSpace - (8 * Mebibyte)]);
        await Requests.UntilAsync(async () => await http.PostAsync(server, "late", [1]) == HttpStatusCode.InsufficientStorage, "a 507");

        using HttpResponseMessage refused = await http.PostAsync(new Uri(server.Sessions, "late"), new ByteArrayContent([1]));
        Assert.Equal(
            """
            {
              "type": "https://www.mediawiki.org/wiki/Kask/errors/insufficient_storage",
              "title": "Insufficient storage",
              "detail": "The storage has no room for more values",
              "instance": "/sessions/v1/late"
            }

            """,
            await refused.Content.ReadAsStringAsync());
        Assert.Equal([1], await http.GetByteArrayAsync(new Uri(server.Sessions, "early")));
        using HttpResponseMessage deleted = await http.DeleteAsync(new Uri(server.Sessions, "early"));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using HttpResponseMessage gone = await http.GetAsync(new Uri(server.Sessions, "early"));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        await server.UntilLoggedAsync(Low);

        File.Delete(ballast);
        await Requests.UntilAsync(async () => await http.PostAsync(server, "again", [1]) == HttpStatusCode.Created, "a 201 with room again");
        await server.UntilLoggedAsync(Back);
        Assert.Equal(1, server.Times(Low));
        Assert.Equal(1, server.Times(Back));
    }
}
