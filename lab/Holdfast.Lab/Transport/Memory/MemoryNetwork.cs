using System.Net;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Transport.Memory;

/// <summary>
/// This folder: clients in the same process and in the lab's time. They connect to a node's CQL address as through TCP, and the
/// port does what a socket's would: takes them, refuses, or says nothing; bytes take time, in order; a machine that loses its
/// power leaves the client's half standing. Everything runs on the scheduler's thread, so that a seed replays clients too.
/// </summary>
internal sealed class MemoryNetwork(LabCluster cluster)
{
    private readonly Dictionary<int, ClientLatency> latencies = [];
    private readonly Randomness randomness = cluster.Scheduler.Randomness.Fork("client network");
    private int lastClientPort = 40_000;

    /// <summary>Of nodes without one of their own.</summary>
    public ClientLatency Latency { get; set; } = ClientLatency.Local;

    /// <summary>How much a connection holds that its node has not read before <see cref="MemoryConnection.IsFull"/>.</summary>
    public int BufferBytes { get; init; } = 1024 * 1024;

    public Scheduler Scheduler => cluster.Scheduler;

    public void SetLatency(Node node, ClientLatency latency) => latencies[node.Index] = latency;

    /// <summary>Begins to connect; the client learns the outcome later, never from inside this call.</summary>
    public MemoryConnection Connect(IPEndPoint address, IMemoryClient client)
    {
        var node = cluster.Nodes.FirstOrDefault(n => n.Address.Equals(address));
        var isMachine = node is not null || cluster.Nodes.Any(n => n.Address.Address.Equals(address.Address));
        lastClientPort = lastClientPort == 65_535 ? 1_024 : lastClientPort + 1;
        var connection = new MemoryConnection(this, node, isMachine, client, new IPEndPoint(IPAddress.Loopback, lastClientPort));
        connection.Begin();
        return connection;
    }

    public TimeSpan DrawLatency(Node? node)
    {
        var latency = node is not null && latencies.TryGetValue(node.Index, out var own) ? own : Latency;
        return latency.Draw(randomness);
    }
}
