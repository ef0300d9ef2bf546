using System.Globalization;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>
/// A store that cannot be opened though nothing is wrong with it: the program says what is, calls nothing damaged, ends with exit
/// code 1, and opens it with all that was in it once the machine allows it.
/// </summary>
public sealed class UnusableDiskTests : IDisposable
{
    private const int Sessions = 200;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-unusable-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_full_disk_at_the_first_start()
    {
        using LoopMount disk = Disk();
        string data = Path.Combine(disk.Folder, "data");
        string ballast = disk.Fill();

        await AssertRefusedAsync(data, "full: make room");

        File.Delete(ballast);
        await FillAsync(data);
        await AssertAllThereAsync(data);
    }

    [Fact]
    public async Task A_full_disk_at_a_later_start()
    {
        using LoopMount disk = Disk();
        string data = Path.Combine(disk.Folder, "data");
        await FillAsync(data);
        string ballast = disk.Fill();

        await AssertRefusedAsync(data, "full: make room");
        await AssertRefusedAsync(data, "full: make room");

        File.Delete(ballast);
        await AssertAllThereAsync(data);
    }

    [Fact]
    public async Task A_file_system_that_is_mounted_read_only()
    {
        using LoopMount disk = Disk();
        string data = Path.Combine(disk.Folder, "data");
        await FillAsync(data);
        disk.MakeReadOnly(true);

        await AssertRefusedAsync(data, "read-only");

        disk.MakeReadOnly(false);
        await AssertAllThereAsync(data);
    }

    [Fact]
    public async Task A_database_that_alone_is_mounted_read_only()
    {
        using LoopMount disk = Disk();
        string data = Path.Combine(disk.Folder, "data");
        await FillAsync(data);
        using (LoopMount.BindReadOnly(Path.Combine(data, "db")))
        {
            await AssertRefusedAsync(data, "read-only");
        }

        await AssertAllThereAsync(data);
    }

    [Fact]
    public async Task Too_few_open_files()
    {
        TestSettings.SkipWhenFast();
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/prlimit"), "needs prlimit");
        string data = Path.Combine(_folder.FullName, "data");
        await FillAsync(data);
        int enough;
        await using (HoldfastProcess server = await HoldfastProcess.StartAsync(data))
        {
            enough = Directory.GetFiles($"/proc/{server.Id}/fd").Length;
        }

        // Fewer and fewer, so that every step of opening is the one that fails: whichever it is, nothing is called damaged.
        int told = 0;
        for (int files = enough; files > enough - 24; files--)
        {
            string limit = files.ToString(CultureInfo.InvariantCulture);
            (int ExitCode, string Output)? refusal =
                await HoldfastProcess.RefuseAsync(data, "/usr/bin/prlimit", $"--nofile={limit}:{limit}", "--core=0");
            if (refusal is { } ended)
            {
                Assert.DoesNotContain("damaged", ended.Output, StringComparison.Ordinal);
                Assert.DoesNotContain("missing", ended.Output, StringComparison.Ordinal);
                told += ended.ExitCode == 1 && ended.Output.Contains("LimitNOFILE", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        Assert.True(told > 0, "no limit stopped the store from opening");
        await AssertAllThereAsync(data);
    }

    private LoopMount Disk()
    {
        TestSettings.SkipWhenFast();
        LoopMount.SkipUnlessPossible();
        return LoopMount.Make(_folder.FullName, mebibytes: 128);
    }

    private static async Task AssertRefusedAsync(string data, string reason)
    {
        (int ExitCode, string Output)? refusal = await HoldfastProcess.RefuseAsync(data);

        Assert.NotNull(refusal);
        Assert.True(refusal.Value.ExitCode == 1, $"exit code {refusal.Value.ExitCode}: {refusal.Value.Output}");
        Assert.Contains(data, refusal.Value.Output, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Value.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", refusal.Value.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", refusal.Value.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refusal.Value.Output, StringComparison.Ordinal);
    }

    private static async Task FillAsync(string data)
    {
        await using HoldfastProcess server = await HoldfastProcess.StartAsync(data);
        using HttpClient http = new();
        for (int i = 0; i < Sessions; i++)
        {
            using HttpResponseMessage stored = await http.PostAsync(new Uri(server.Sessions, $"key{i}"), new ByteArrayContent(Value(i)));
            Assert.Equal(201, (int)stored.StatusCode);
        }

        await LeaveAsync(server);
    }

    private static async Task AssertAllThereAsync(string data)
    {
        await using HoldfastProcess server = await HoldfastProcess.StartAsync(data);
        using HttpClient http = new();
        for (int i = 0; i < Sessions; i++)
        {
            Assert.Equal(Value(i), await http.GetByteArrayAsync(new Uri(server.Sessions, $"key{i}")));
        }

        await LeaveAsync(server);
    }

    private static async Task LeaveAsync(HoldfastProcess server)
    {
        server.Signal(HoldfastProcess.SigTerm);
        await server.WaitForExitAsync();
        Assert.Equal(0, server.ExitCode);
    }

    private static byte[] Value(int i)
    {
        byte[] bytes = new byte[2_000];
        new Random(i).NextBytes(bytes);
        return bytes;
    }
}
