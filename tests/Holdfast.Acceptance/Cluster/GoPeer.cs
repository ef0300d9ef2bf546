using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Holdfast.Acceptance.Cluster;

/// <summary>The service built as Kask is built (bench/peers/gocql-http), as a child process.</summary>
internal sealed class GoPeer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private GoPeer(Process process, string folder, Uri sessions)
    {
        _process = process;
        _folder = folder;
        Sessions = sessions;
    }

    /// <summary>Where sessions are, base URI included.</summary>
    public Uri Sessions { get; }

    public static void SkipUnlessPossible() => Assert.SkipUnless(
        Directory.Exists("/usr/share/gocode/src/github.com/gocql/gocql") && File.Exists("/usr/bin/go"), "Go and gocql are not installed");

    public static async Task<GoPeer> StartAsync(ClusterOnSockets cluster)
    {
        string folder = Directory.CreateTempSubdirectory("holdfast-peer-").FullName;
        string program = Path.Combine(folder, "gocql-http");
        await RunAsync(RepositoryRoot.Combine("bench", "peers", "gocql-http"), "build", "-o", program, ".");
        int port = FreePort();
        string config = Path.Combine(folder, "kask.yaml");
        await File.WriteAllTextAsync(config, string.Create(CultureInfo.InvariantCulture, $"""
            base_uri: /sessions/v1/
            listen_address: 127.0.0.1
            listen_port: {port}
            default_ttl: 3600
            cassandra:
              hosts: [{string.Join(", ", cluster.Hosts)}]
              port: {cluster.Port}
              keyspace: kask
              table: values
              local_dc: eqiad

            """));
        Process process = Process.Start(new ProcessStartInfo(program, ["-config", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        GoPeer peer = new(process, folder, new Uri($"http://127.0.0.1:{port}/sessions/v1/"));
        await peer.WaitUntilReadyAsync();
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WaitUntilReadyAsync()
    {
        using HttpClient http = new();
        for (int i = 0; i < 600; i++)
        {
            try
            {
                if ((await http.GetAsync(new Uri(Sessions, "nobody"))).StatusCode == HttpStatusCode.NotFound)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        throw new TimeoutException("The peer does not serve.");
    }

    private static async Task RunAsync(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("/usr/bin/go", arguments) { WorkingDirectory = folder, RedirectStandardError = true };
        start.Environment["GO111MODULE"] = "off";
        start.Environment["GOPATH"] = "/usr/share/gocode";
        start.Environment["GOFLAGS"] = "";
        start.Environment["GOCACHE"] = Path.Combine(Path.GetTempPath(), "holdfast-go-cache");
        using Process build = Process.Start(start)!;
        string said = await build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, said);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
