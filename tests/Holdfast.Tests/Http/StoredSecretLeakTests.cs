using System.Net;
using System.Text;
using Holdfast.Tests.Commands;
using Xunit;

namespace Holdfast.Tests.Http;

/// <summary>
/// Marked keys and values lie on the disk, and the disk fails in every way that a test can bring about: nothing of them is
/// in what the program writes at its most talkative, or in its metrics.
/// </summary>
public sealed class StoredSecretLeakTests : IAsyncLifetime
{
    private const string Key = "KEYMARKER8f3a";
    private const string Value = "VALUEMARKER77c1";
    private const int Sessions = 60;

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();

    private string Database => _folder.Combine(Path.Combine("holdfast-data", "db"));

    public async ValueTask InitializeAsync()
    {
        await using var server = Serve();
        var (main, _) = await server.ServingAsync();
        for (var number = 0; number < Sessions; number++)
        {
            Assert.Equal(HttpStatusCode.Created, await SendAsync(HttpMethod.Post, main, number));
        }

        Assert.Equal(0, await server.TerminateAsync());
        AssertSilent(server);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _folder.Dispose();
        return default;
    }

    [Fact]
    public async Task Not_when_a_table_cannot_be_read()
    {
        await MakeTablesAsync();
        Damage();
        await using var server = Serve();
        var (main, admin) = await server.ServingAsync();

        HashSet<HttpStatusCode> answers = [];
        for (var number = 0; number < Sessions; number++)
        {
            answers.Add(await SendAsync(HttpMethod.Get, main, number));
            await SendAsync(HttpMethod.Head, main, number);
            await SendAsync(HttpMethod.Delete, main, number);
        }

        Assert.Contains(HttpStatusCode.ServiceUnavailable, answers);
        await EndAsync(server, admin, "The database cannot be read (");
    }

    [Fact]
    public async Task Not_when_there_is_no_room()
    {
        await using var server = Serve(("HOLDFAST__STORAGE__EMBEDDED__MIN_FREE_BYTES", "1000TiB"));
        var (main, admin) = await server.ServingAsync();

        await Eventually.TrueAsync(
            async () => await SendAsync(HttpMethod.Post, main, 0) == HttpStatusCode.InsufficientStorage, "a 507");

        await EndAsync(server, admin, "Free space is below");
    }

    [Fact]
    public async Task Not_when_a_backup_or_a_restore_fails()
    {
        await MakeTablesAsync();
        await using var server = Serve();
        var (_, admin) = await server.ServingAsync();
        _folder.Write("file", "in the way");
        foreach (var directory in (string[])[_folder.Combine("file"), _folder.Path, _folder.Combine("holdfast-data")])
        {
            await FailAsync("backup", directory, "--admin", admin.ToString());
            await FailAsync("restore", directory);
        }

        var (copied, output, error) = await HoldfastProcess.RunAsync(_folder.Path, ["backup", "copy", "--admin", admin.ToString()]);
        Assert.True(copied == 0, error);
        AssertSilent(output + error);
        await EndAsync(server, admin, "");

        foreach (var table in Directory.GetFiles(_folder.Combine("copy"), "*.sst", SearchOption.AllDirectories))
        {
            FlipEvery64thByte(table);
        }

        await FailAsync("restore", "copy");
    }

    [Fact]
    public async Task Not_when_the_folder_is_refused()
    {
        var log = Directory.GetFiles(Database, "*.log").Order(StringComparer.Ordinal).Last();
        Assert.Contains(Value, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(log)), StringComparison.Ordinal);
        FlipEvery64thByte(log);
        await FailAsync("serve");
        File.Delete(log);
        await FailAsync("serve");
        File.Delete(Path.Combine(Database, "CURRENT"));
        await FailAsync("serve");
    }

    /// <summary>What lies in the log becomes a table when the store is opened again.</summary>
    private async Task MakeTablesAsync()
    {
        await using var server = Serve();
        await server.ServingAsync();
        Assert.Equal(0, await server.TerminateAsync());
        AssertSilent(server);
    }

    private void Damage()
    {
        var tables = Directory.GetFiles(Database, "*.sst");
        Assert.Contains(tables, table => Encoding.Latin1.GetString(File.ReadAllBytes(table)).Contains(Value, StringComparison.Ordinal));
        Array.ForEach(tables, FlipEvery64thByte);
    }

    /// <summary>In the first half, where the entries are: what says where they are stays whole, and so do most marks.</summary>
    private static void FlipEvery64thByte(string file)
    {
        var bytes = File.ReadAllBytes(file);
        for (var at = 0; at < bytes.Length / 2; at += 64)
        {
            bytes[at] ^= 0x10;
        }

        File.WriteAllBytes(file, bytes);
    }

    private HoldfastProcess Serve(params (string, string)[] environment) =>
        HoldfastProcess.Start(_folder.Path, ["serve"], [.. Talkative(), .. environment]);

    private static (string, string)[] Talkative() =>
    [
        ("HOLDFAST__LISTEN_PORT", "0"), ("HOLDFAST__ADMIN__LISTEN_PORT", "0"), ("HOLDFAST__SHUTDOWN__DRAIN", "0s"),
        ("HOLDFAST__LOG_LEVEL", "debug"), ("HOLDFAST__STORAGE__EMBEDDED__MIN_FREE_BYTES", "0"),
    ];

    private async Task FailAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await HoldfastProcess.RunAsync(_folder.Path, arguments, Talkative());

        Assert.True(exitCode == 1, $"{arguments[0]} ended with {exitCode}: {error}");
        AssertSilent(output + error);
    }

    private async Task EndAsync(HoldfastProcess server, Uri admin, string logged)
    {
        var metrics = await _client.GetStringAsync(new Uri(admin, "/metrics"));
        Assert.Contains("http_requests_total", metrics, StringComparison.Ordinal);
        AssertSilent(metrics);
        Assert.Equal(0, await server.TerminateAsync());
        Assert.Contains(logged, server.Output, StringComparison.Ordinal);
        AssertSilent(server);
    }

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, Uri main, int number)
    {
        using HttpRequestMessage request = new(method, new Uri(main, $"/sessions/v1/mw%3AMWSession%3A{Key}{number}"));
        if (method == HttpMethod.Post)
        {
            // Hardly compressible, so that the marks stand in the files as they are.
            var tail = new byte[6000];
            new Random(number).NextBytes(tail);
            request.Content = new StringContent(Value + Convert.ToBase64String(tail));
        }

        using var answer = await _client.SendAsync(request);
        return answer.StatusCode;
    }

    private static void AssertSilent(HoldfastProcess process) => AssertSilent(process.Output + process.Error);

    private static void AssertSilent(string text) => Assert.DoesNotContain("MARKER", text, StringComparison.OrdinalIgnoreCase);
}
