using Xunit;

namespace Holdfast.Tests.Commands;

/// <summary>A data folder that cannot be served as it is: the program names it, changes nothing and ends with exit code 1.</summary>
public sealed class RefusedFolderTests : IAsyncLifetime
{
    private const int Sessions = 20;

    private static readonly (string, string)[] s_environment =
    [
        ("HOLDFAST__LISTEN_PORT", "0"), ("HOLDFAST__ADMIN__LISTEN_PORT", "0"), ("HOLDFAST__SHUTDOWN__DRAIN", "0s"),
        ("HOLDFAST__STORAGE__EMBEDDED__MIN_FREE_BYTES", "0"),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();

    private string Data => _folder.Combine("holdfast-data");

    private string Database => Path.Combine(Data, "db");

    private string Log => Directory.GetFiles(Database, "*.log").Order(StringComparer.Ordinal).Last();

    public async ValueTask InitializeAsync()
    {
        await using var server = Serve();
        await FillAsync(server);
        Assert.Equal(0, await server.TerminateAsync());
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _folder.Dispose();
        return default;
    }

    [Fact]
    public async Task Another_process_holds_it_and_is_not_disturbed()
    {
        await using var first = Serve();
        var (main, _) = await first.ServingAsync();

        var (exitCode, _, error) = await HoldfastProcess.RunAsync(_folder.Path, ["serve"], s_environment);

        AssertRefused(exitCode, error, Data, "another process");
        Assert.Equal("value 7", (await _client.GetStringAsync(Address(main, 7)))[..7]);
        Assert.Equal(0, await first.TerminateAsync());
    }

    [Fact]
    public Task A_folder_of_somebody_else() => RefusesAsync(
        () =>
        {
            Directory.Delete(Data, recursive: true);
            Directory.CreateDirectory(Data);
            File.WriteAllText(Path.Combine(Data, "thesis.txt"), "the only copy");
        },
        Data,
        "not a Holdfast store");

    [Fact]
    public Task A_newer_format() => RefusesAsync(
        () => File.WriteAllText(Path.Combine(Data, "FORMAT"), "holdfast embedded store, format 2\n"), Path.Combine(Data, "FORMAT"), "format 2");

    [Fact]
    public Task A_flipped_byte_in_the_log() => RefusesAsync(
        () =>
        {
            var log = Log;
            var bytes = File.ReadAllBytes(log);
            bytes[bytes.Length / 2] ^= 0x10;
            File.WriteAllBytes(log, bytes);
        },
        Database,
        "damaged or incomplete");

    [Fact]
    public Task A_missing_log() => RefusesAsync(() => File.Delete(Log), Database, "damaged or incomplete");

    [Fact]
    public Task A_missing_CURRENT() => RefusesAsync(() => File.Delete(Path.Combine(Database, "CURRENT")), Database, "CURRENT is missing");

    private async Task RefusesAsync(Action damage, string path, string reason)
    {
        damage();
        var before = Contents();

        var (exitCode, output, error) = await HoldfastProcess.RunAsync(_folder.Path, ["serve"], s_environment);

        AssertRefused(exitCode, error, path, reason);
        Assert.DoesNotContain("\"addresses\"", output, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    private static void AssertRefused(int exitCode, string error, string path, string reason)
    {
        Assert.True(exitCode == 1, $"exit code {exitCode}: {error}");
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    /// <summary>Everything that holds data, by name; RocksDB's own log of what it did may be written.</summary>
    private Dictionary<string, string> Contents() => Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)
        .Where(file => !Path.GetFileName(file).StartsWith("LOG", StringComparison.Ordinal) && Path.GetFileName(file) != "LOCK")
        .ToDictionary(file => file, file => Convert.ToHexString(File.ReadAllBytes(file)));

    private HoldfastProcess Serve() => HoldfastProcess.Start(_folder.Path, ["serve"], s_environment);

    private static Uri Address(Uri main, int number) => new(main, $"/sessions/v1/key{number}");

    private async Task FillAsync(HoldfastProcess server)
    {
        var (main, _) = await server.ServingAsync();
        for (var number = 0; number < Sessions; number++)
        {
            using StringContent value = new($"value {number}{new string('x', 300)}");
            using var stored = await _client.PostAsync(Address(main, number), value);
            Assert.True(stored.IsSuccessStatusCode, $"{stored.StatusCode}");
        }
    }
}
