using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Holdfast.Lab.Cluster;

namespace Holdfast.Lab.Against;

/// <summary>
/// This folder: a session service from outside, played against a scenario on real sockets. The service: a program that is started as
/// `PROGRAM serve --config FILE` with a Kask configuration for the lab's nodes, and says on its standard output where it listens and
/// what becomes of its coordinators.
/// </summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string config;
    private readonly Action<string> said;
    private readonly TaskCompletionSource<Uri> serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(Process process, string config, Action<string> said)
    {
        this.process = process;
        this.config = config;
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
        var config = Path.Combine(Path.GetTempPath(), $"lab-against-{Path.GetRandomFileName()}.yaml");
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
        var start = new ProcessStartInfo(program, ["serve", "--config", config]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var service = new ServiceProcess(Process.Start(start)!, config, said);
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
        File.Delete(config);
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

    // In JSON the arrow may be escaped.
    [GeneratedRegex(@"Coordinator \S+ \((?<address>[^)]+)\): (?<from>\w+) -(>|\\u003[eE]) (?<to>\w+), (?<reason>\w+)")]
    private static partial Regex Transition();
}
