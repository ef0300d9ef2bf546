using System.Net;
using System.Net.Sockets;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Membership;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Lab.Tests.Transport;

/// <summary>A lab on real sockets and in real time, on addresses of its own, whose nodes start in about a second.</summary>
internal sealed class SocketLab : IAsyncDisposable
{
    private static int made;

    private readonly RealTimeDriver driver;
    private readonly SocketTransport transport;

    private SocketLab(ClusterOptions options, Func<LabCluster, TransportOptions>? sockets, ILogger? logger)
    {
        var clock = TimeProvider.System;
        var scheduler = new Scheduler(1, clock.GetUtcNow());
        Cluster = new LabCluster(scheduler, options);
        Cluster.StartWarm();
        driver = new RealTimeDriver(scheduler, clock);
        transport = new SocketTransport(Cluster, driver, sockets?.Invoke(Cluster) ?? new(), clock, logger ?? NullLogger.Instance);
    }

    public LabCluster Cluster { get; }

    public static async Task<SocketLab> StartAsync(
        IReadOnlyList<DatacenterOptions>? datacenters = null, Func<LabCluster, TransportOptions>? sockets = null,
        Func<ClusterOptions, ClusterOptions>? with = null, ILogger? logger = null)
    {
        var address = $"127.{20 + (Environment.ProcessId % 200)}.{Interlocked.Increment(ref made)}.1";
        var options = new ClusterOptions
        {
            Datacenters = datacenters ?? [new("eqiad", 3)],
            BaseAddress = address,
            Port = FreePort(IPAddress.Parse(address)),
            Membership = new MembershipTimings { BootMin = TimeSpan.FromSeconds(1), BootMax = TimeSpan.FromSeconds(1.2) },
        };
        var lab = new SocketLab(with?.Invoke(options) ?? options, sockets, logger);
        await lab.transport.StartAsync();
        return lab;
    }

    public Task DoAsync(Action<LabCluster> action) => driver.InvokeAsync(() =>
    {
        action(Cluster);
        return true;
    });

    public Task StopNodeAsync(int node, Ending ending) => DoAsync(c => c.Nodes[node].End(ending));

    public Task StartNodeAsync(int node) => DoAsync(c => c.Nodes[node].Run(new StartOptions { SkipWaits = true }));

    public Task<bool> IsOpenAsync(int node) => driver.InvokeAsync(() => Cluster.Nodes[node].Process is { IsOpen: true });

    public async Task UntilOpenAsync(int node, CancellationToken stop)
    {
        while (!await IsOpenAsync(node))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
        }
    }

    public async Task<Socket> ConnectAsync(int node, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(Cluster.Nodes[node].Address, stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await transport.DisposeAsync();
        await driver.DisposeAsync();
    }

    private static int FreePort(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
