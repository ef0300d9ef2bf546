using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Holdfast.Tests.Commands;

/// <summary>From the running server to a backup to a store that answers the same.</summary>
public sealed class BackupTests : IDisposable
{
    private const int Sessions = 1_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_restored_store_answers_as_the_one_that_was_backed_up_under_writes()
    {
        _folder.Write("one.yaml", Yaml("one"));
        _folder.Write("two.yaml", Yaml("two"));
        using HttpClient client = new();
        await using (var one = HoldfastProcess.Start(_folder.Path, ["serve", "--config", "one.yaml"]))
        {
            var (main, admin) = await one.ServingAsync();
            await Parallel.ForAsync(0, Sessions, async (number, cancellation) => await PostAsync(client, main, number, cancellation));
            await client.DeleteAsync(Address(main, 1));

            using CancellationTokenSource enough = new();
            var writing = WriteOnAsync(client, main, enough.Token);
            var (exitCode, output, error) = await HoldfastProcess.RunAsync(_folder.Path, ["backup", "copy", "--admin", admin.ToString()]);
            await enough.CancelAsync();
            var written = await writing;

            Assert.True(exitCode == 0, error);
            Assert.Contains(_folder.Combine("copy"), output, StringComparison.Ordinal);
            Assert.Contains("backup: 100 % of ", error, StringComparison.Ordinal);
            Assert.True(written > 0, "nothing was written while the backup ran");

            var again = await HoldfastProcess.RunAsync(_folder.Path, ["backup", "copy", "--admin", admin.ToString()]);
            Assert.Equal(1, again.ExitCode);
            Assert.Contains("holds something already", again.Error, StringComparison.Ordinal);
            Assert.Equal(0, await one.TerminateAsync());
        }

        var restored = await HoldfastProcess.RunAsync(_folder.Path, ["restore", "copy", "--config", "two.yaml"]);
        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.Contains("restore: 100 % of ", restored.Error, StringComparison.Ordinal);
        var twice = await HoldfastProcess.RunAsync(_folder.Path, ["restore", "copy", "--config", "two.yaml"]);
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains(_folder.Combine("two"), twice.Error, StringComparison.Ordinal);

        await using var first = HoldfastProcess.Start(_folder.Path, ["serve", "--config", "one.yaml"]);
        await using var second = HoldfastProcess.Start(_folder.Path, ["serve", "--config", "two.yaml"]);
        var (original, _) = await first.ServingAsync();
        var (copy, _) = await second.ServingAsync();
        await Parallel.ForAsync(0, Sessions, async (number, cancellation) => await CompareAsync(client, original, copy, number, cancellation));
        Assert.Equal(0, await first.TerminateAsync());
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task A_backup_that_is_cancelled_midway_leaves_nothing_behind()
    {
        _folder.Write("one.yaml", Yaml("one"));
        using HttpClient client = new();
        await using var server = HoldfastProcess.Start(_folder.Path, ["serve", "--config", "one.yaml"]);
        var (main, admin) = await server.ServingAsync();
        var value = new byte[1024 * 1024];
        new Random(1).NextBytes(value); // nothing that could be compressed
        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, cancellation) =>
        {
            using ByteArrayContent body = new(value);
            using var answer = await client.PostAsync(new Uri(main, $"/v1/large{number}"), body, cancellation);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        });

        await using var backup = HoldfastProcess.Start(_folder.Path, ["backup", "copy", "--admin", admin.ToString()]);
        await Http.Eventually.TrueAsync(() => backup.Error.Contains("backup: ", StringComparison.Ordinal), "a beginning");
        var exitCode = await backup.TerminateAsync();

        Assert.DoesNotContain("100 %", backup.Error, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
        Assert.Contains("cancelled", backup.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", backup.Error, StringComparison.Ordinal);
        await Http.Eventually.TrueAsync(() => !Directory.Exists(_folder.Combine("copy")), "the copies' removal");

        // The links of what was copied go, too; the next one is refused until they have, and works then.
        int again;
        string error;
        var refusals = 0;
        do
        {
            (again, _, error) = await HoldfastProcess.RunAsync(_folder.Path, ["backup", "copy", "--admin", admin.ToString()]);
        }
        while (error.Contains("is running already", StringComparison.Ordinal) && ++refusals < 100);

        Assert.True(again == 0, error);
    }

    [Fact]
    public async Task Without_a_server_a_backup_says_where_it_looked()
    {
        var (exitCode, _, error) = await HoldfastProcess.RunAsync(_folder.Path, ["backup", "copy", "--admin", "http://127.0.0.1:1"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("no Holdfast answers at http://127.0.0.1:1/", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Combine("copy")));
    }

    [Fact]
    public async Task What_is_no_backup_is_not_restored()
    {
        Directory.CreateDirectory(_folder.Combine("empty"));

        var (exitCode, _, error) = await HoldfastProcess.RunAsync(_folder.Path, ["restore", "empty"]);

        Assert.Equal(1, exitCode);
        Assert.Contains(_folder.Combine("empty"), error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Combine("holdfast-data")));
    }

    [Fact]
    public async Task Where_sessions_lie_in_a_cluster_there_is_nothing_to_restore_into()
    {
        _folder.Write("cluster.yaml", "listen_port: 0\ncassandra: {hosts: [127.0.0.1], local_dc: here}\n");
        Directory.CreateDirectory(_folder.Combine("copy"));

        var (exitCode, _, error) = await HoldfastProcess.RunAsync(_folder.Path, ["restore", "copy", "--config", "cluster.yaml"]);

        Assert.True(exitCode == 78, $"exit code {exitCode}: {error}");
        Assert.Contains("cluster.yaml", error, StringComparison.Ordinal);
        Assert.Contains("storage.engine", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Combine("holdfast-data")));
    }

    private static string Yaml(string path) => $$"""
        listen_address: 127.0.0.1
        listen_port: 0
        admin: {listen_port: 0}
        limits: {max_ttl: 0}
        shutdown: {drain: 0s}
        storage:
          embedded: {durability: relaxed, min_free_bytes: 0, path: {{path}} }
        """;

    private static Uri Address(Uri main, int number) => new(main, $"/v1/session%3A{number}");

    private static byte[] Value(int number) => SHA512.HashData(Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Every tenth never expires; the others live from ten minutes on.</summary>
    private static int Ttl(int number) => number % 10 == 0 ? 0 : 600 + number;

    private static async Task PostAsync(HttpClient client, Uri main, int number, CancellationToken cancellation)
    {
        using ByteArrayContent body = new(Value(number));
        body.Headers.Add("Holdfast-TTL", Ttl(number).ToString(CultureInfo.InvariantCulture));
        using var answer = await client.PostAsync(Address(main, number), body, cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static async Task<int> WriteOnAsync(HttpClient client, Uri main, CancellationToken enough)
    {
        var written = 0;
        for (; !enough.IsCancellationRequested; written++)
        {
            using ByteArrayContent body = new(Value(written));
            using var answer = await client.PostAsync(new Uri(main, $"/v1/other{written}"), body, CancellationToken.None);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        return written;
    }

    private static async Task CompareAsync(HttpClient client, Uri original, Uri copy, int number, CancellationToken cancellation)
    {
        using var one = await client.GetAsync(Address(original, number), cancellation);
        using var two = await client.GetAsync(Address(copy, number), cancellation);

        Assert.Equal(number == 1 ? HttpStatusCode.NotFound : HttpStatusCode.OK, one.StatusCode);
        Assert.Equal(one.StatusCode, two.StatusCode);
        if (number == 1)
        {
            return;
        }

        Assert.Equal(Value(number), await two.Content.ReadAsByteArrayAsync(cancellation));
        var (left, leftOfCopy) = (TtlLeft(one), TtlLeft(two));

        // Asked one after the other: a second may have gone by in between, or many on a very busy machine, but none can come back.
        Assert.InRange(leftOfCopy, Math.Max(0, left - 60), left);
        Assert.Equal(Ttl(number) == 0, leftOfCopy == 0);
    }

    private static int TtlLeft(HttpResponseMessage answer) =>
        int.Parse(Assert.Single(answer.Headers.GetValues("Holdfast-TTL")), CultureInfo.InvariantCulture);
}
