using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Holdfast.Tests.Commands;

/// <summary>The built <c>holdfast</c> as a child process, in a folder and an environment of its own.</summary>
internal sealed class HoldfastProcess : IAsyncDisposable
{
    /// <summary>Far beyond what any command needs, even where a disk stands still for a minute.</summary>
    private static readonly TimeSpan s_ceiling = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource<(Uri Main, Uri Admin)> _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HoldfastProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Take(_error, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => Read(_output);

    public string Error => Read(_error);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        await using var process = Start(folder, arguments, environment);
        var exitCode = await process.ExitAsync();
        return (exitCode, process.Output, process.Error);
    }

    public static HoldfastProcess Start(string folder, string[] arguments, params (string Name, string Value)[] environment) =>
        StartThrough([], folder, arguments, environment);

    /// <summary>Starts it through a program that changes what it may do, such as setpriv.</summary>
    public static HoldfastProcess StartThrough(
        string[] runner, string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        string[] line = [.. runner, Path.Combine(AppContext.BaseDirectory, "holdfast"), .. arguments];
        ProcessStartInfo start = new(line[0], line[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("HOLDFAST__", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new HoldfastProcess(new Process { StartInfo = start });
    }

    /// <summary>Waits until it serves, and gives its two addresses.</summary>
    public async Task<(Uri Main, Uri Admin)> ServingAsync()
    {
        var ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(_serving.Task, ended).WaitAsync(s_ceiling) == ended)
        {
            throw new InvalidOperationException($"holdfast ended with {_process.ExitCode}: {Error}{Output}");
        }

        return await _serving.Task;
    }

    public async Task<int> ExitAsync()
    {
        using CancellationTokenSource ceiling = new(s_ceiling);
        await _process.WaitForExitAsync(ceiling.Token);
        return _process.ExitCode;
    }

    /// <summary>Asks it to leave, as an init system does.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Read(StringBuilder lines)
    {
        lock (lines)
        {
            return lines.ToString();
        }
    }

    private void Take(StringBuilder lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (lines)
        {
            lines.Append(line).Append('\n');
        }

        if (line.Contains("\"addresses\":[", StringComparison.Ordinal))
        {
            using var json = JsonDocument.Parse(line);
            var addresses = json.RootElement.GetProperty("addresses");
            _serving.TrySetResult((new Uri(addresses[0].GetString()!), new Uri(addresses[1].GetString()!)));
        }
    }
}
