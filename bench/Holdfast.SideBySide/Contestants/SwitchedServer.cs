using System.Diagnostics;
using System.Net;
using Holdfast.Load.Protocol;

namespace Holdfast.SideBySide.Contestants;

/// <summary>The service in one process, started anew inside it with more or fewer of its eyes open, by a word on its standard input.</summary>
internal sealed class SwitchedServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly HttpClient _client = new();
    private readonly Uri _service;
    private readonly Uri _metrics;

    private SwitchedServer(Process process, int port, int adminPort)
    {
        _process = process;
        _service = new Uri($"http://127.0.0.1:{port}/sessions/v1/nobody");
        _metrics = new Uri($"http://127.0.0.1:{adminPort}/metrics");
        Contestant = new Contestant("Holdfast", Dialect.Kask, port, []) { AdminPort = adminPort };
    }

    /// <summary>Where it is, for the load; what it uses is told by <see cref="ProcessorTime"/>.</summary>
    public Contestant Contestant { get; }

    public TimeSpan ProcessorTime => ServerProcess.ProcessorTimeOf(_process.Id);

    /// <param name="repository">The repository's root, built as Release.</param>
    /// <param name="folder">Where the configuration and the data go.</param>
    /// <param name="sections">YAML: where sessions are kept.</param>
    public static async Task<SwitchedServer> StartAsync(string repository, string folder, string sections)
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
             {sections}
             """);
        var info = new ProcessStartInfo(
            Path.Combine(repository, "bench/Holdfast.TelemetrySwitch/bin/Release/net10.0/holdfast-telemetryswitch"), [file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        var process = Process.Start(info) ?? throw new InvalidOperationException("the switched service did not start");
        return new SwitchedServer(process, port, adminPort);
    }

    /// <summary>Starts the service anew, with these eyes, and waits until it serves.</summary>
    public async Task SwitchAsync(string eyes)
    {
        await _process.StandardInput.WriteLineAsync(eyes);
        await _process.StandardInput.FlushAsync();
        if (await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System) != "ready")
        {
            throw new InvalidOperationException("the switched service has ended");
        }

        using var patience = new CancellationTokenSource(s_patience, TimeProvider.System);
        while (true)
        {
            using var answer = await _client.GetAsync(_service, patience.Token);
            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>What Prometheus does every five seconds, once.</summary>
    /// <returns>How many series there were.</returns>
    public async Task<int> ScrapeAsync()
    {
        var text = await _client.GetStringAsync(_metrics);
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
