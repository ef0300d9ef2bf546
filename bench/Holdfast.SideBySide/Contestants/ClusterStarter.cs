using System.Net;
using Holdfast.Load.Protocol;

namespace Holdfast.SideBySide.Contestants;

/// <summary>Starts the services that keep sessions in a cluster, from one and the same Kask configuration but for the port.</summary>
internal sealed class ClusterStarter(string repository, string folder, LabNodes lab)
{
    public const string HoldfastName = "Holdfast";
    public const string HoldfastTwinName = "Holdfast (twin)";
    public const string PeerName = "Go peer";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    public static string PeerProgram(string repository) => Path.Combine(repository, "bench/peers/gocql-http/bin/gocql-http");

    public async Task<Contestant> HoldfastAsync(string name)
    {
        var port = ServerProcess.FreePort();
        var file = await WriteAsync(name, port, $"shutdown: {{drain: 0s}}\nadmin: {{listen_port: {ServerProcess.FreePort()}}}\n");
        return await StartedAsync(name, port, "src/Holdfast/bin/Release/net10.0/holdfast", "serve", "--config", file);
    }

    public async Task<Contestant> PeerAsync()
    {
        var port = ServerProcess.FreePort();
        return await StartedAsync(PeerName, port, PeerProgram(""), "-config", await WriteAsync(PeerName, port, ""));
    }

    private async Task<string> WriteAsync(string name, int port, string own)
    {
        var file = Path.Combine(folder, name.Replace(' ', '-') + ".yaml");
        await File.WriteAllTextAsync(
            file, $"base_uri: /sessions/v1\nlisten_address: 127.0.0.1\nlisten_port: {port}\n{lab.KaskSection}{own}");
        return file;
    }

    private async Task<Contestant> StartedAsync(string name, int port, string program, params string[] arguments)
    {
        var process = ServerProcess.Start(
            Path.Combine(repository, program.TrimStart('/')), Path.Combine(folder, name.Replace(' ', '-') + ".log"), arguments);
        await process.WaitUntilListeningAsync(port);

        // The cluster answers through it: nobody stored what is asked for.
        await Answering.UntilAsync($"http://127.0.0.1:{port}/sessions/v1/nobody", HttpStatusCode.NotFound, s_patience);
        return new Contestant(name, Dialect.Kask, port, [process]);
    }
}
