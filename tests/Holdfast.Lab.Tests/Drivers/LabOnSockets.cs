using System.Net;
using System.Net.Sockets;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>A cluster on loopback sockets in real time, on addresses and a port that nobody else has.</summary>
internal sealed class LabOnSockets : IAsyncDisposable
{
    private readonly LabCluster cluster;
    private readonly FaultBoard faults;
    private readonly RealTimeDriver driver;
    private readonly SocketTransport transport;

    private LabOnSockets(ulong seed, ClusterOptions options, double speed)
    {
        Scheduler scheduler = new(seed, TimeProvider.System.GetUtcNow());
        cluster = new LabCluster(scheduler, options);
        faults = new FaultBoard(cluster);
        cluster.StartWarm();
        driver = new RealTimeDriver(scheduler, TimeProvider.System, speed);
        transport = new SocketTransport(cluster, driver, new TransportOptions(), TimeProvider.System, NullLogger.Instance);
    }

    public IPEndPoint FirstNode => cluster.Nodes[0].Address;

    public static async Task<LabOnSockets> StartAsync(ulong seed, ClusterOptions options, double speed = 1)
    {
        // 127.20.0.0 to 127.219.255.0 are nobody's by default; the seed spreads tests that run side by side.
        string baseAddress = $"127.{20 + (seed % 200)}.{seed / 200 % 250}.1";
        LabOnSockets lab = new(seed, options with { BaseAddress = baseAddress, Port = FreePort(baseAddress) }, speed);
        await lab.transport.StartAsync();
        return lab;
    }

    /// <returns>The fault's number, to heal it by.</returns>
    public Task<int> ApplyAsync(string fault, string node, params (string Name, string Value)[] arguments) =>
        driver.InvokeAsync(() => faults.Apply(fault, [node], arguments).Id);

    public Task<bool> HealAsync(int fault) => driver.InvokeAsync(() => faults.Heal(fault));

    public async ValueTask DisposeAsync()
    {
        await transport.DisposeAsync();
        await driver.DisposeAsync();
    }

    private static int FreePort(string address)
    {
        using TcpListener listener = new(IPAddress.Parse(address), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
