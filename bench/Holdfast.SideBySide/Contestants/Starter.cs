using System.Globalization;
using Holdfast.Load.Protocol;

namespace Holdfast.SideBySide.Contestants;

/// <summary>Starts contestants on free ports of the loopback, with their data in a folder of the run's own.</summary>
/// <param name="repository">The repository's root, built as Release.</param>
/// <param name="folder">Where data and logs go; on the disk that is to be measured.</param>
internal sealed class Starter(string repository, string folder)
{
    public const string BareName = "bare";
    public const string BareTwinName = "bare (twin)";
    public const string HoldfastName = "Holdfast";
    public const string WebdisName = "webdis + Redis";

    public bool HasWebdis { get; } = Find("webdis") is not null && Find("redis-server") is not null;

    public async Task<Contestant> BareAsync(string name)
    {
        var port = ServerProcess.FreePort();
        var process = ServerProcess.Start(
            Path.Combine(repository, "bench/peers/bare/bin/Release/net10.0/bare"),
            Log(name),
            "--urls",
            $"http://127.0.0.1:{port}");
        await process.WaitUntilListeningAsync(port);
        return new Contestant(name, Dialect.Kask, port, [process]);
    }

    /// <param name="durability">As in the configuration: <c>sync</c> or <c>relaxed</c>.</param>
    /// <param name="data">The data folder's name; the same name opens the same data again.</param>
    public async Task<Contestant> HoldfastAsync(string durability, string data)
    {
        var (port, adminPort) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        var configuration = Path.Combine(folder, $"{data}.yaml");
        await File.WriteAllTextAsync(
            configuration,
            $"""
             base_uri: /sessions/v1/
             listen_address: 127.0.0.1
             listen_port: {port}
             storage:
               embedded:
                 path: {Path.Combine(folder, data)}
                 durability: {durability}
             shutdown:
               drain: 0s
             admin:
               listen_address: 127.0.0.1
               listen_port: {adminPort}

             """);
        var process = ServerProcess.Start(
            Path.Combine(repository, "src/Holdfast/bin/Release/net10.0/holdfast"), Log(data), "serve", "--config", configuration);
        await process.WaitUntilReadyAsync(port);
        return new Contestant(HoldfastName, Dialect.Kask, port, [process]) { AdminPort = adminPort };
    }

    /// <param name="appendAlways">True for <c>appendfsync always</c>; false for Redis's default, which appends no file.</param>
    public async Task<Contestant> WebdisAsync(bool appendAlways)
    {
        var (redisPort, port) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        var data = Path.Combine(folder, $"redis-{redisPort}");
        Directory.CreateDirectory(data);

        // Snapshots and rewrites of the log are off: they would fall into the rounds of others. This favours Redis.
        var redis = ServerProcess.Start(
            "redis-server",
            Log($"redis-{redisPort}"),
            "--bind", "127.0.0.1", "--port", redisPort.ToString(CultureInfo.InvariantCulture), "--dir", data, "--save", "",
            "--appendonly", appendAlways ? "yes" : "no", "--appendfsync", appendAlways ? "always" : "everysec",
            "--auto-aof-rewrite-percentage", "0");
        await redis.WaitUntilListeningAsync(redisPort);

        // Two threads are Debian's default and, of one, two and four, the fastest on two cores.
        var configuration = Path.Combine(folder, $"webdis-{port}.json");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
              {"redis_host": "127.0.0.1", "redis_port": {{redisPort}}, "http_host": "127.0.0.1", "http_port": {{port}},
               "threads": 2, "pool_size": 16, "daemonize": false, "websockets": false, "database": 0,
               "verbosity": 0, "logfile": "/dev/null", "http_max_request_size": 4194304}
              """);
        var webdis = ServerProcess.Start("webdis", Log($"webdis-{port}"), configuration);
        await webdis.WaitUntilListeningAsync(port);
        return new Contestant(WebdisName, Dialect.Webdis, port, [webdis, redis]);
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(directory => Path.Combine(directory, program))
        .FirstOrDefault(File.Exists);

    private string Log(string name) => Path.Combine(folder, name.Replace(' ', '-') + ".log");
}
