using System.Net;
using Xunit;

namespace Holdfast.Tests.Commands;

/// <summary>
/// A store that belongs to another user, as after a restore by root: it is not called damaged, incomplete or foreign, and opens with
/// all that is in it once its owner is put right.
/// </summary>
public sealed class ForeignOwnerTests : IDisposable
{
    private const UnixFileMode Everything = (UnixFileMode)0x1FF;

    private static readonly (string, string)[] s_environment =
    [
        ("HOLDFAST__LISTEN_PORT", "0"), ("HOLDFAST__ADMIN__LISTEN_PORT", "0"), ("HOLDFAST__SHUTDOWN__DRAIN", "0s"),
        ("HOLDFAST__STORAGE__EMBEDDED__MIN_FREE_BYTES", "0"),
    ];

    // Root may open anything, so that for root the program runs as somebody else.
    private static readonly string[] s_runner =
        Environment.UserName == "root" ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.Combine("holdfast-data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("FORMAT")]
    [InlineData("LOCK")]
    [InlineData("db")]
    [InlineData("db/CURRENT")]
    [InlineData("db/MANIFEST-*")]
    [InlineData("db/*.log")]
    public async Task What_may_not_be_opened_is_told_from_damage(string what)
    {
        await PrepareAsync();
        await ServeAsync(async main =>
        {
            using HttpClient client = new();
            using var stored = await client.PostAsync(new Uri(main, "/sessions/v1/key"), new ByteArrayContent([7]));
            Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        });
        var path = Find(what);
        var mode = Mode(path, UnixFileMode.None);

        await AssertRefusedAsync(Data);

        Mode(path, mode);
        await ServeAsync(async main =>
        {
            using HttpClient client = new();
            Assert.Equal([7], await client.GetByteArrayAsync(new Uri(main, "/sessions/v1/key")));
        });
    }

    [Fact]
    public async Task A_folder_that_may_not_be_made_is_named()
    {
        await PrepareAsync();
        Mode(_folder.Path, (UnixFileMode)0x16D); // r-xr-xr-x

        await AssertRefusedAsync(Data);

        Mode(_folder.Path, Everything);
        Assert.False(Directory.Exists(Data));
    }

    private async Task PrepareAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix permissions");
        Mode(_folder.Path, Everything);
        try
        {
            await using var process = HoldfastProcess.StartThrough(s_runner, _folder.Path, ["--version"]);
            Assert.SkipUnless(await process.ExitAsync() == 0, "another user than root cannot run the program where it lies");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("needs setpriv");
        }
    }

    private async Task ServeAsync(Func<Uri, Task> work)
    {
        await using var server = HoldfastProcess.StartThrough(s_runner, _folder.Path, ["serve"], s_environment);
        var (main, _) = await server.ServingAsync();
        await work(main);
        Assert.Equal(0, await server.TerminateAsync());
    }

    private async Task AssertRefusedAsync(string path)
    {
        await using var server = HoldfastProcess.StartThrough(s_runner, _folder.Path, ["serve"], s_environment);
        var exitCode = await server.ExitAsync();

        Assert.True(exitCode == 1, $"exit code {exitCode}: {server.Error}");
        Assert.Contains(path, server.Error, StringComparison.Ordinal);
        Assert.Contains("must own the folder", server.Error, StringComparison.Ordinal);
        Assert.DoesNotMatch("damaged|missing|not a Holdfast|   at ", server.Error);
    }

    private string Find(string what) => what.Length == 0 ? Data
        : Directory.GetFileSystemEntries(Path.GetDirectoryName(Path.Combine(Data, what))!, Path.GetFileName(what)).Single();

    /// <summary>Gives what it was.</summary>
    private static UnixFileMode Mode(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return mode;
        }

        var before = File.GetUnixFileMode(path);
        File.SetUnixFileMode(path, mode);
        return before;
    }
}
