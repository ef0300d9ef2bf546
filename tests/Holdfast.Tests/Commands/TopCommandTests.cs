using System.Diagnostics;
using System.Net;
using System.Text;
using Xunit;

namespace Holdfast.Tests.Commands;

/// <summary>2025-03-31 as an operator would have seen it: the program, a client that writes the same values again, and <c>holdfast top</c>.</summary>
public sealed class TopCommandTests : IDisposable
{
    private const string Yaml = """
        base_uri: /sessions/v1/
        listen_address: 127.0.0.1
        listen_port: 0
        admin: {listen_port: 0}
        canary: {interval: 0s}
        session_loss: {sentinel_interval: 0s}
        storage: {embedded: {path: data, min_free_bytes: 0}}
        shutdown: {drain: 0s}
        quota: {enforce: true, namespaces: {"wiki:MWSession": 5 writes/s}}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Top_names_the_namespace_that_is_rewritten_and_only_its_busy_key_is_refused()
    {
        _folder.Write("one.yaml", Yaml);
        await using var server = HoldfastProcess.Start(_folder.Path, ["serve", "--config", "one.yaml"]);
        var (main, admin) = await server.ServingAsync();
        using HttpClient client = new();
        using CancellationTokenSource enough = new();
        var writing = OverwriteAsync(client, main, enough.Token);
        List<HttpStatusCode> people = [];
        for (int i = 0; i < 20; i++)
        {
            people.Add((await client.PostAsync(Session(main, $"person{i}"), new ByteArrayContent([1]))).StatusCode);
            people.Add((await client.PostAsync(Session(main, $"person{i}"), new ByteArrayContent([2]))).StatusCode);
            people.Add((await client.DeleteAsync(Session(main, $"person{i}"))).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Session(main, "busy"))).StatusCode);
        }

        var (exitCode, output, error) = await HoldfastProcess.RunAsync(_folder.Path, ["top", "--once", "--sort", "same", "--admin", admin.ToString()]);
        await enough.CancelAsync();
        var (written, refused) = await writing;

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Matches(@"(?m)^ +wiki:MWSession .* (9\d|100) % +\d+ % .* refused *$", output);
        Assert.Matches(@"(?m)^ +[0-9a-f]{16} +wiki:MWSession +[\d.]+ +(9\d|100) % +2 KiB", output);
        Assert.DoesNotContain('\x1b', output);
        Assert.DoesNotContain("busy", output, StringComparison.Ordinal);
        Assert.DoesNotContain("person", output, StringComparison.Ordinal);
        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, people);
        Assert.InRange(refused, 1, written);
        Assert.Equal(0, await server.TerminateAsync());
    }

    /// <summary>As a person has it: on a terminal, which util-linux's script gives it, drawn anew every two seconds until Ctrl-C.</summary>
    [Fact]
    public async Task On_a_terminal_it_draws_itself_anew_until_it_is_interrupted()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "util-linux's script is not installed");
        _folder.Write("one.yaml", Yaml);
        await using var server = HoldfastProcess.Start(_folder.Path, ["serve", "--config", "one.yaml"]);
        var (main, admin) = await server.ServingAsync();
        using HttpClient client = new();
        using CancellationTokenSource enough = new();
        var writing = OverwriteAsync(client, main, enough.Token);
        // A shell that runs tests in the background lets them ignore Ctrl-C, and so would whatever they start.
        var typed = $"stty cols 110 rows 40; exec env --default-signal=INT '{Path.Combine(AppContext.BaseDirectory, "holdfast")}' top --admin {admin}";
        ProcessStartInfo start = new("/usr/bin/script", ["-q", "-e", "-c", typed, "/dev/null"])
        {
            WorkingDirectory = _folder.Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        using var top = Process.Start(start)!;
        using CancellationTokenSource ceiling = new(TimeSpan.FromMinutes(4), TimeProvider.System);
        try
        {
            var drawn = "";
            for (var i = 0; i < 3; i++)
            {
                drawn += await ReadUntilAsync(top.StandardOutput, "counted since", ceiling.Token);
                drawn += await ReadUntilAsync(top.StandardOutput, "wiki:MWSession", ceiling.Token);
            }

            Assert.Matches("\u001b\\[[0-9]*A", drawn); // upwards: drawn over, and not printed below
            Assert.DoesNotContain("busy", drawn, StringComparison.Ordinal);

            var rest = top.StandardOutput.ReadToEndAsync(ceiling.Token);
            await top.StandardInput.WriteAsync("\u0003");
            await top.StandardInput.FlushAsync(ceiling.Token);
            await rest;
            await top.WaitForExitAsync(ceiling.Token);
            Assert.Equal(0, top.ExitCode);
        }
        finally
        {
            await enough.CancelAsync();
            await writing;
            if (!top.HasExited)
            {
                top.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<string> ReadUntilAsync(StreamReader output, string text, CancellationToken cancellation)
    {
        StringBuilder read = new();
        var buffer = new char[4_096];
        while (!read.ToString().Contains(text, StringComparison.Ordinal))
        {
            var count = await output.ReadAsync(buffer, cancellation);
            Assert.True(count > 0, $"it ended: {read}");
            read.Append(buffer, 0, count);
        }

        return read.ToString();
    }

    private static Uri Session(Uri main, string id) => new(main, $"sessions/v1/wiki%3AMWSession%3A{id}");

    private static async Task<(int Written, int Refused)> OverwriteAsync(HttpClient client, Uri main, CancellationToken enough)
    {
        var (written, refused) = (0, 0);
        while (!enough.IsCancellationRequested)
        {
            using var answer = await client.PostAsync(Session(main, "busy"), new ByteArrayContent(new byte[2_048]), CancellationToken.None);
            written++;
            refused += answer.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        return (written, refused);
    }
}
