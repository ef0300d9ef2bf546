using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Holdfast.Acceptance.FirstSteps;

/// <summary>What a newcomer types first, from a folder of their own, and what the program tells them to type next.</summary>
public sealed partial class FirstStepsTests : IDisposable
{
    // Generous: the command may have to build the program first, on a busy machine.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-first-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Dotnet_run_serves_over_data_in_the_folder_where_it_was_typed_and_says_how_to_try_it()
    {
        TestSettings.SkipWhenFast();
        string project = RepositoryRoot.Combine("src", "Holdfast");
        ProcessStartInfo start = new("dotnet", ["run", "--project", project, "-c", "Release", "--", "serve"])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOLDFAST__LISTEN_PORT"] = "0"; // somebody else may have 8080
        start.Environment["HOLDFAST__ADMIN__LISTEN_PORT"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // no build processes are left behind
        using Process run = Process.Start(start)!;
        try
        {
            Task<string> log = run.StandardOutput.ReadToEndAsync();
            string banner = await ReadUntilAsync(run.StandardError, "Ctrl+C stops it.").WaitAsync(s_patience);
            Uri example = new(Example().Match(banner).Groups[1].Value);

            using HttpClient http = new();
            using HttpResponseMessage stored = await http.PostAsync(example, new StringContent("hello"));
            Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
            Assert.Equal("hello", await http.GetStringAsync(example));
            using HttpResponseMessage deleted = await http.DeleteAsync(example);
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            await AnswersAsInTheReadmeAsync(example);
            Assert.NotEmpty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder.FullName, "holdfast-data")));

            run.Kill(entireProcessTree: true);
            await run.WaitForExitAsync();
            Assert.Contains("Serving sessions", await log, StringComparison.Ordinal);
        }
        finally
        {
            if (!run.HasExited)
            {
                run.Kill(entireProcessTree: true);
                await run.WaitForExitAsync();
            }
        }
    }

    /// <summary>The session of curl in README.md, played again: line by line the same but for the date.</summary>
    private static async Task AnswersAsInTheReadmeAsync(Uri server)
    {
        string readme = await File.ReadAllTextAsync(RepositoryRoot.Combine("README.md"));
        string session = Session().Match(readme).Groups[1].Value;
        string[] steps = session.Split("$ curl -i ", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, steps.Length);
        foreach (string step in steps)
        {
            string[] parts = step.Split('\n', 2);
            string[] command = parts[0].Split(' ');
            string method = command[0] == "-X" ? command[1] : "GET";
            string body = command.Contains("--data-binary") ? "hello" : "";
            string answer = await SendAsync(server, $"{method} {new Uri(command[^1]).AbsolutePath} HTTP/1.1\r\nHost: {server.Authority}\r\n"
                + $"Connection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            Assert.Equal(Timeless(parts[1]), Timeless(answer));
        }
    }

    private static async Task<string> SendAsync(Uri server, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(server.Host, server.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using StreamReader reader = new(client.GetStream());
        return await reader.ReadToEndAsync().WaitAsync(s_patience);
    }

    private static string[] Timeless(string answer) =>
        [.. answer.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')
            .Where(line => !line.StartsWith("Date: ", StringComparison.Ordinal) && line != "Connection: close")
            .Select(line => line == "Holdfast-TTL: 86399" ? "Holdfast-TTL: 86400" : line)];

    private static async Task<string> ReadUntilAsync(StreamReader reader, string last)
    {
        List<string> lines = [];
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.Contains(last, StringComparison.Ordinal))
            {
                return string.Join('\n', lines);
            }
        }

        throw new InvalidOperationException($"It ended before it served:\n{string.Join('\n', lines)}");
    }

    [GeneratedRegex("curl -i -X POST --data-binary 'hello' (http://\\S+)")]
    private static partial Regex Example();

    [GeneratedRegex("## A session of curl\n\n```console\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Session();
}
