using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Holdfast.Acceptance;

/// <summary>The built program as a child process on ports of its own. Nothing of it survives the test.</summary>
internal sealed partial class HoldfastProcess : IAsyncDisposable
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigStop = 19;

    // Generous: a shared machine that builds something else at the same time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly List<string> _output = [];
    private readonly TaskCompletionSource<(Uri Address, Uri Admin)> _serving =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HoldfastProcess(Process process, DirectoryInfo folder)
    {
        _process = process;
        _folder = folder;
    }

    /// <summary>Where sessions are, base URI included.</summary>
    public Uri Sessions { get; private set; } = null!;

    /// <summary>The main listener's root.</summary>
    public Uri Root { get; private set; } = null!;

    /// <summary>The admin listener's root.</summary>
    public Uri Admin { get; private set; } = null!;

    /// <summary>The file it was started with.</summary>
    public string Configuration => ConfigurationIn(_folder);

    public int ExitCode => _process.ExitCode;

    public int Id => _process.Id;

    /// <summary>Everything it wrote, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts the program on a data folder and waits until it is ready.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="durability">sync or relaxed.</param>
    /// <param name="drain">shutdown.drain.</param>
    /// <param name="port">The main port; 0 for any.</param>
    /// <param name="environment">Variables for the child alone.</param>
    public static async Task<HoldfastProcess> StartAsync(
        string data, string durability = "sync", string drain = "100ms", int port = 0,
        params (string Name, string Value)[] environment)
    {
        HoldfastProcess started = await StartWithAsync(_ => Embedded(data, durability, drain, port), environment);
        return await started.ReadyAsync();
    }

    /// <summary>Starts the program on a data folder that it is to refuse, and waits until it has ended.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="runner">A program that changes what it may do, with its arguments; none starts it as it is.</param>
    /// <returns>Its exit code and all that it wrote; null when it serves after all.</returns>
    public static async Task<(int ExitCode, string Output)?> RefuseAsync(string data, params string[] runner)
    {
        await using HoldfastProcess child = await SpawnAsync(_ => Embedded(data, "sync", "0s", 0), [], runner);
        Task ended = child._process.WaitForExitAsync();
        if (await Task.WhenAny(ended, child._serving.Task).WaitAsync(Patience) != ended && child._serving.Task.IsCompletedSuccessfully)
        {
            return null;
        }

        await ended.WaitAsync(Patience); // its output has ended, too
        return (child.ExitCode, child.Output);
    }

    /// <summary>Starts the program on a cluster, with a file as Kask has it, and waits until it is ready.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="protection">Off is for falsification alone.</param>
    /// <param name="environment">Variables for the child alone.</param>
    public static async Task<HoldfastProcess> StartOnClusterAsync(
        Cluster.ClusterOnSockets cluster, bool protection, params (string Name, string Value)[] environment)
    {
        HoldfastProcess started = await StartUnreadyAsync(cluster, protection, "eqiad", environment);
        return await started.ReadyAsync();
    }

    /// <summary>As <see cref="StartOnClusterAsync"/>, without waiting until it is ready: it may not have a cluster yet.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="protection">Off is for falsification alone.</param>
    /// <param name="localDataCenter">Null leaves it out, as Kask allows.</param>
    /// <param name="environment">Variables for the child alone.</param>
    public static Task<HoldfastProcess> StartUnreadyAsync(
        Cluster.ClusterOnSockets cluster, bool protection, string? localDataCenter, params (string Name, string Value)[] environment) =>
        StartWithAsync(
            folder => $"""
            base_uri: /sessions/v1/
            listen_address: 127.0.0.1
            listen_port: 0
            default_ttl: 3600
            cassandra:
              hosts: [{string.Join(", ", cluster.Hosts)}]
              port: {cluster.Port.ToString(CultureInfo.InvariantCulture)}
              keyspace: kask
              table: values
              {(localDataCenter is null ? "" : $"local_dc: {localDataCenter}")}
              query_timeout_ms: 12000
              connect_timeout_ms: 5000
              protection: {(protection ? "on" : "off")}
              deletes_path: {Path.Combine(folder.FullName, "deletes")}
            shutdown:
              drain: 100ms
            admin:
              listen_port: 0

            """,
            environment);

    private static string Embedded(string data, string durability, string drain, int port) => $"""
        base_uri: /sessions/v1/
        listen_address: 127.0.0.1
        listen_port: {port.ToString(CultureInfo.InvariantCulture)}
        storage:
          embedded:
            path: {data}
            durability: {durability}
            min_free_bytes: 0
        shutdown:
          drain: {drain}
        admin:
          listen_port: 0

        """;

    /// <param name="yaml">The configuration, from the folder that is this process's own.</param>
    /// <param name="environment">Variables for the child alone.</param>
    private static async Task<HoldfastProcess> StartWithAsync(Func<DirectoryInfo, string> yaml, (string Name, string Value)[] environment)
    {
        HoldfastProcess child = await SpawnAsync(yaml, environment, []);
        try
        {
            (child.Root, child.Admin) = await child._serving.Task.WaitAsync(Patience);
            child.Sessions = new Uri(child.Root, "sessions/v1/");
            return child;
        }
        catch (Exception error)
        {
            await child.DisposeAsync();
            throw new InvalidOperationException($"holdfast did not start: {error.Message}\n{child.Output}", error);
        }
    }

    private static async Task<HoldfastProcess> SpawnAsync(
        Func<DirectoryInfo, string> yaml, (string Name, string Value)[] environment, string[] runner)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-process-");
        string config = ConfigurationIn(folder);
        await File.WriteAllTextAsync(config, yaml(folder));
        string[] line = [.. runner, Path.Combine(AppContext.BaseDirectory, "holdfast"), "serve", "--config", config];
        ProcessStartInfo start = new(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        HoldfastProcess child = new(Process.Start(start)!, folder);
        child._process.OutputDataReceived += (_, line) => child.Read(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    private static string ConfigurationIn(DirectoryInfo folder) => Path.Combine(folder.FullName, "holdfast.yaml");

    private async Task<HoldfastProcess> ReadyAsync()
    {
        try
        {
            await WaitUntilReadyAsync();
            return this;
        }
        catch (Exception error)
        {
            await DisposeAsync();
            throw new InvalidOperationException($"holdfast is not ready: {error.Message}\n{Output}", error);
        }
    }

    public void Signal(int signal)
    {
        if (Kill(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"kill failed with errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    public async Task WaitForExitAsync() => await _process.WaitForExitAsync().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Waits, generously, until it asks for requests.</summary>
    public async Task WaitUntilReadyAsync()
    {
        using HttpClient http = new();
        long began = TimeProvider.System.GetTimestamp();
        while (!(await http.GetAsync(new Uri(Root, "readyz"))).IsSuccessStatusCode)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException("/readyz stays unready.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private void Read(string? line)
    {
        Keep(line);
        if (line is null)
        {
            _serving.TrySetException(new InvalidOperationException("It ended before it served."));
            return;
        }

        if (!_serving.Task.IsCompleted && line.Contains("\"addresses\"", StringComparison.Ordinal))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement addresses = json.RootElement.GetProperty("addresses");
            _serving.TrySetResult((new Uri(addresses[0].GetString()!), new Uri(addresses[1].GetString()!)));
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
