using System.Net;
using System.Net.Sockets;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Simulation;
using Microsoft.Extensions.Logging;

namespace Holdfast.Lab.Transport;

/// <summary>
/// This folder: real sockets for a cluster's nodes. It follows the nodes' life: open, closed, gone dark; feeds what arrives to
/// the loop thread and sends what nodes answer. It decides nothing and touches no node from another thread.
/// </summary>
internal sealed class SocketTransport : IAsyncDisposable
{
    private readonly LabCluster cluster;
    private readonly RealTimeDriver driver;
    private readonly TransportOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly object gate = new();
    private readonly Dictionary<int, NodeListener> listeners = [];
    private readonly Dictionary<SocketChannel, Node> channels = [];
    private readonly List<Task> running = [];
    private readonly List<Node> dark = [];
    private bool isDisposed;

    public SocketTransport(
        LabCluster cluster, RealTimeDriver driver, TransportOptions options, TimeProvider clock, ILogger logger)
    {
        this.cluster = cluster;
        this.driver = driver;
        this.options = options;
        this.clock = clock;
        this.logger = logger;
    }

    public int Connections
    {
        get
        {
            lock (gate)
            {
                return channels.Count;
            }
        }
    }

    /// <summary>Opens the ports of the nodes that are open, and from now on does as they do.</summary>
    public Task<bool> StartAsync() => driver.InvokeAsync(() =>
    {
        cluster.Opened += Open;
        cluster.Closed += Close;
        cluster.Changed += ForgetGhosts;
        cluster.Misread += TellMisread;
        foreach (var node in cluster.Nodes.Where(n => n.Process is { IsOpen: true }))
        {
            Listener(node).Open(socket => Accept(node, socket), Keep);
        }

        return true;
    });

    public async ValueTask DisposeAsync()
    {
        await driver.InvokeAsync(() =>
        {
            cluster.Opened -= Open;
            cluster.Closed -= Close;
            cluster.Changed -= ForgetGhosts;
            cluster.Misread -= TellMisread;
            return true;
        }).ConfigureAwait(false);
        Task[] tasks;
        lock (gate)
        {
            isDisposed = true;
            foreach (var listener in listeners.Values)
            {
                listener.Dispose();
            }

            foreach (var channel in channels.Keys)
            {
                channel.ResetSocket();
            }

            tasks = [.. running];
        }

        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    private void Open(Node node)
    {
        try
        {
            Listener(node).Open(socket => Accept(node, socket), Keep);
        }
        catch (SocketException exception)
        {
            Log.CannotListen(logger, node.Name, node.Address, exception.Message);
        }
    }

    private void Close(Node node, Ending ending)
    {
        var isGone = ending == Ending.PowerLost;
        if (isGone)
        {
            Listener(node).Darken();
            dark.Add(node);
        }
        else
        {
            Listener(node).Close();
        }

        foreach (var channel in ChannelsOf(node))
        {
            if (isGone)
            {
                channel.Vanish();
            }
            else
            {
                channel.Reset();
            }
        }
    }

    /// <summary>A machine that is back refuses until CQL opens, and resets what it does not know.</summary>
    private void ForgetGhosts()
    {
        foreach (var node in dark.Where(n => n.Process is not null).ToList())
        {
            dark.Remove(node);
            Listener(node).Close();
            foreach (var channel in ChannelsOf(node).Where(c => c.IsVanished))
            {
                channel.ResetSocket();
                Forget(channel);
            }
        }
    }

    /// <summary>The reason may quote the client: one line stays one.</summary>
    private void TellMisread(Node node, IPEndPoint client, string what) =>
        Log.Misread(logger, node.Name, client, string.Concat(what.Take(200).Select(c => char.IsControl(c) ? '?' : c)));

    private NodeListener Listener(Node node)
    {
        lock (gate)
        {
            if (!listeners.TryGetValue(node.Index, out var listener))
            {
                listener = new NodeListener(node, options, logger);
                listeners.Add(node.Index, listener);
            }

            return listener;
        }
    }

    private List<SocketChannel> ChannelsOf(Node node)
    {
        lock (gate)
        {
            return [.. channels.Where(c => c.Value == node).Select(c => c.Key)];
        }
    }

    private void Forget(SocketChannel channel)
    {
        lock (gate)
        {
            channels.Remove(channel);
        }

        channel.Dispose();
    }

    /// <summary>Until it has ended well; what ends badly is a bug and is told when the transport ends.</summary>
    private void Keep(Task task)
    {
        lock (gate)
        {
            running.RemoveAll(t => t.IsCompletedSuccessfully);
            running.Add(task);
        }
    }

    private void Accept(Node node, Socket socket)
    {
        lock (gate)
        {
            if (isDisposed)
            {
                socket.Dispose();
                return;
            }
        }

        SocketChannel channel;
        try
        {
            channel = new SocketChannel(socket, node, driver, options, clock, logger);
        }
        catch (SocketException)
        {
            socket.Dispose(); // gone already
            return;
        }

        lock (gate)
        {
            channels.Add(channel, node);
        }

        Keep(RunAsync(channel));
    }

    private async Task RunAsync(SocketChannel channel)
    {
        await channel.RunAsync().ConfigureAwait(false);
        if (!channel.IsVanished)
        {
            Forget(channel);
        }
    }
}
