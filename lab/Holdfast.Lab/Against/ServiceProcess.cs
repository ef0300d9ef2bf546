using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Holdfast.Lab.Cluster;

namespace Holdfast.Lab.Against;

/// <summary>
/// This folder: a session service from outside, played against a scenario on real sockets. The service: a program that is started as
/// `PROGRAM serve --config FILE` with a Kask configuration for the lab's nodes, and says on its standard output where it listens and
/// what becomes of its coordinators. It runs in a folder of its own, which takes whatever it leaves behind.
/// </summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string folder;
    private readonly Action<string> said;
    private readonly TaskCompletionSource<Uri> serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(Process process, string folder, Action<string> said)
    {
        this.process = process;
        this.folder = folder;
        this.said = said;
    }

    /// <summary>Where sessions are.</summary>
    public Uri Sessions { get; private set; } = null!;

    /// <summary>Starts the program and waits until it serves.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="cluster">Whose nodes it uses.</param>
    /// <param name="datacenter">Its local data centre.</param>
    /// <param name="protection">What `cassandra.protection` says.</param>
    /// <param name="said">Receives what it says of its coordinators.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not say in time where it listens.</exception>
    public static async Task<ServiceProcess> StartAsync(
        string program, LabCluster cluster, string datacenter, bool protection, Action<string> said, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("lab-against-").FullName;
        var config = Path.Combine(folder, "kask.yaml");
        var hosts = string.Join(", ", cluster.Nodes.Where(n => n.Datacenter == datacenter).Select(n => n.Address.Address));
        await File.WriteAllTextAsync(config, string.Create(CultureInfo.InvariantCulture, $"""
            base_uri: /sessions/v1/
            listen_address: 127.0.0.1
            listen_port: 0
            default_ttl: 3600
            cassandra:
              hosts: [{hosts}]
              port: {cluster.Options.Port}
              keyspace: kask
              table: values
              local_dc: {datacenter}
              protection: {(protection ? "true" : "false")}
            admin:
              listen_port: 0

            """), cancellation).ConfigureAwait(false);
        var start = new ProcessStartInfo(Path.GetFullPath(program), ["serve", "--config", config])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var service = new ServiceProcess(Process.Start(start)!, folder, said);
        service.process.OutputDataReceived += (_, line) => service.Read(line.Data);
        service.process.ErrorDataReceived += (_, _) => { };
        service.process.BeginOutputReadLine();
        service.process.BeginErrorReadLine();
        try
        {
            var root = await service.serving.Task.WaitAsync(StartsWithin, TimeProvider.System, cancellation).ConfigureAwait(false);
            service.Sessions = new Uri(root, "sessions/v1/");
            return service;
        }
        catch (Exception exception)
        {
            await service.DisposeAsync().ConfigureAwait(false);
            throw new InvalidOperationException($"{program} does not serve: {exception.Message}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync().ConfigureAwait(false);
        }

        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            serving.TrySetException(new InvalidOperationException("it ended"));
        }
        else if (Addresses().Match(line) is { Success: true } address)
        {
            serving.TrySetResult(new Uri(address.Groups[1].Value));
        }
        else if (Transition().Match(line) is { Success: true } move && move.Groups["to"].Value is "Up" or "Ejected")
        {
            said($"{move.Groups["address"].Value} {move.Groups["from"].Value} -> {move.Groups["to"].Value} ({move.Groups["reason"].Value})");
        }
    }

    [GeneratedRegex("\"addresses\":\\s*\\[\\s*\"([^\"]+)\"")]
    private static partial Regex Addresses();

    [GeneratedRegex(@"Coordinator \S+ \((?<address>[^)]+)\) is (?<to>\w+), was (?<from>\w+): (?<reason>\w+)")]
    private static partial Regex Transition();
}
