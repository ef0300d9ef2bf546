using System.Diagnostics;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>A backup to a disk that is too small for it, and to the disk of the sessions.</summary>
public sealed class BackupRoomTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-room-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task It_is_refused_before_its_first_byte_and_the_server_goes_on()
    {
        TestSettings.SkipWhenFast();
        LoopMount.SkipUnlessPossible();
        using LoopMount small = LoopMount.Make(_folder.FullName, mebibytes: 8);
        await using HoldfastProcess server = await HoldfastProcess.StartAsync(Path.Combine(_folder.FullName, "data"));
        using HttpClient http = new();
        byte[] value = new byte[1024 * 1024];
        new Random(1).NextBytes(value); // nothing that could be compressed
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(201, (int)await http.PostAsync(server, $"key{i}", value));
        }

        (int exitCode, string error) = await BackUpAsync(server, Path.Combine(small.Folder, "deep", "copy"));

        Assert.Equal(1, exitCode);
        Assert.Contains("no room for the backup", error, StringComparison.Ordinal);
        Assert.Equal(["lost+found"], Directory.GetFileSystemEntries(small.Folder).Select(Path.GetFileName));
        Assert.Equal(201, (int)await http.PostAsync(server, "after", value));
        (exitCode, error) = await BackUpAsync(server, Path.Combine(_folder.FullName, "copy"));
        Assert.True(exitCode == 0, error);
    }

    private static async Task<(int ExitCode, string Error)> BackUpAsync(HoldfastProcess server, string directory)
    {
        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, "holdfast"), ["backup", directory, "--admin", server.Admin.ToString()])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process backup = Process.Start(start)!;
        Task<string> output = backup.StandardOutput.ReadToEndAsync();
        string error = await backup.StandardError.ReadToEndAsync();
        await backup.WaitForExitAsync();
        _ = await output;
        return (backup.ExitCode, error);
    }
}
