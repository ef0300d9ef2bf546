using System.Diagnostics;
using System.Net;
using Holdfast.Load.Protocol;

namespace Holdfast.SideBySide.Contestants;

/// <summary>Several hosts of the service in one process, each with more or fewer of its eyes open.</summary>
internal sealed class SwitchedHosts : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly HttpClient _client = new();

    private SwitchedHosts(Process process, IReadOnlyList<Contestant> all)
    {
        _process = process;
        All = all;
    }

    /// <summary>In the order asked for. What they use is the process's, and told by <see cref="ProcessorTime"/>.</summary>
    public IReadOnlyList<Contestant> All { get; }

    public TimeSpan ProcessorTime => ServerProcess.ProcessorTimeOf(_process.Id);

    /// <param name="repository">The repository's root, built as Release.</param>
    /// <param name="folder">Where configurations and data go.</param>
    /// <param name="eyes">For each host its name, and which of its eyes are open, in the program's words.</param>
    /// <param name="sections">From a host's number to YAML: where it keeps sessions.</param>
    public static async Task<SwitchedHosts> StartAsync(
        string repository, string folder, IReadOnlyList<(string Name, string Eyes)> eyes, Func<int, string> sections)
    {
        var all = new List<Contestant>();
        var arguments = new List<string>();
        for (var number = 0; number < eyes.Count; number++)
        {
            var (port, adminPort) = (ServerProcess.FreePort(), ServerProcess.FreePort());
            var file = Path.Combine(folder, $"switched-{port}.yaml");
            await File.WriteAllTextAsync(
                file,
                $"""
                 base_uri: /sessions/v1/
                 listen_address: 127.0.0.1
                 listen_port: {port}
                 admin:
                   listen_port: {adminPort}
                 {sections(number)}
                 """);
            arguments.Add($"{eyes[number].Eyes}={file}");
            all.Add(new Contestant(eyes[number].Name, Dialect.Kask, port, []) { AdminPort = adminPort });
        }

        var info = new ProcessStartInfo(
            Path.Combine(repository, "bench/Holdfast.TelemetrySwitch/bin/Release/net10.0/holdfast-telemetryswitch"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        var process = Process.Start(info) ?? throw new InvalidOperationException("the hosts did not start");
        var hosts = new SwitchedHosts(process, all);
        if (await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System) != "ready")
        {
            throw new InvalidOperationException("the hosts have ended");
        }

        foreach (var host in all)
        {
            await Answering.UntilAsync($"http://127.0.0.1:{host.Port}/sessions/v1/nobody", HttpStatusCode.NotFound, s_patience);
        }

        return hosts;
    }

    /// <summary>What Prometheus does every five seconds, once.</summary>
    /// <returns>How many series there were.</returns>
    public async Task<int> ScrapeAsync(Contestant host)
    {
        var text = await _client.GetStringAsync(new Uri($"http://127.0.0.1:{host.AdminPort}/metrics"));
        return text.Split('\n').Count(line => line.Length > 0 && line[0] != '#');
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(s_patience, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _client.Dispose();
    }
}
