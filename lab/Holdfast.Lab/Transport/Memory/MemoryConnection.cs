using System.Net;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;

namespace Holdfast.Lab.Transport.Memory;

/// <summary>One client's connection. The explicit members are the node's side of it.</summary>
internal sealed class MemoryConnection : IClientChannel
{
    private const int SentMax = 64 * 1024 * 1024;

    private readonly MemoryNetwork network;
    private readonly Node? node;
    private readonly bool isMachine;
    private readonly IMemoryClient client;
    private readonly IPEndPoint remote;
    private readonly BytePipe toNode;
    private readonly BytePipe toClient;
    private readonly UnreadBytes unread = new();
    private NodeProcess? process;
    private ClientConnection? accepted;
    private Phase phase;
    private bool isVanished;
    private bool wasFull;
    private TcpRetries? retries;

    public MemoryConnection(MemoryNetwork network, Node? node, bool isMachine, IMemoryClient client, IPEndPoint remote)
    {
        this.network = network;
        this.node = node;
        this.isMachine = isMachine;
        this.client = client;
        this.remote = remote;
        toNode = new BytePipe(network.Scheduler, () => network.DrawLatency(node), ArriveAtNode);
        toClient = new BytePipe(network.Scheduler, () => network.DrawLatency(node), ArriveAtClient);
    }

    private enum Phase
    {
        Connecting,
        Open,
        Over,
    }

    public bool IsOpen => phase == Phase.Open;

    /// <summary>More than the buffers hold waits for the node to read it: a socket would not take more now.</summary>
    public bool IsFull => toNode.Underway + unread.Count >= network.BufferBytes;

    IPEndPoint IClientChannel.Remote => remote;

    /// <summary>Nothing is said when the connection is over, as a socket says nothing until it has heard of it.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (phase != Phase.Open || bytes.IsEmpty)
        {
            return;
        }

        if (toNode.Underway + unread.Count > SentMax)
        {
            throw new InvalidOperationException("the client sends on although the connection has been full for long");
        }

        toNode.Send(bytes);
        wasFull |= IsFull;
    }

    /// <summary>FIN after what was sent. The client is called no more.</summary>
    public void Close()
    {
        if (phase == Phase.Open && !isVanished)
        {
            toNode.SendEnd(() => accepted?.Closed());
        }

        phase = Phase.Over;
        retries?.Stop();
    }

    void IClientChannel.Send(ReadOnlyMemory<byte> bytes)
    {
        if (!isVanished)
        {
            toClient.Send(bytes.Span);
        }
    }

    void IClientChannel.Close() => EndFromNode(ConnectionEnd.Finished);

    void IClientChannel.Reset() => EndFromNode(ConnectionEnd.Reset);

    /// <summary>The client's half stays open; it learns only from what it sends, once the machine is back.</summary>
    void IClientChannel.Vanish()
    {
        isVanished = true;
        accepted = null;
        if (unread.Count > 0)
        {
            Retry();
        }
    }

    /// <summary>The first SYN is on its way; TCP repeats it for about two minutes.</summary>
    public void Begin()
    {
        retries = new TcpRetries(network.Scheduler, TcpRetries.Syn, AskPort, () => End(ConnectionEnd.TimedOut));
        network.Scheduler.After(network.DrawLatency(node), () =>
        {
            if (phase == Phase.Connecting && !AskPort())
            {
                retries.Begin();
            }
        });
    }

    /// <summary>A SYN arrives. False when nothing answers it.</summary>
    private bool AskPort()
    {
        if (!isMachine || node is { IsWithoutPower: true })
        {
            return false;
        }

        process = node?.Process;
        if (process is not { IsOpen: true })
        {
            toClient.SendEnd(() => End(ConnectionEnd.Refused));
            return true;
        }

        toClient.SendEnd(Open);
        accepted = process.Clients.Accept(this);
        if (accepted is null)
        {
            EndFromNode(ConnectionEnd.Reset);
        }

        return true;
    }

    private void Open()
    {
        if (phase == Phase.Connecting)
        {
            phase = Phase.Open;
            client.Opened();
        }
        else
        {
            accepted?.Closed(); // the client gave up meanwhile
        }
    }

    private void ArriveAtNode(ReadOnlySpan<byte> bytes)
    {
        if (isVanished)
        {
            unread.Append(bytes);
            Retry();
        }
        else if (process!.Life.IsPaused)
        {
            if (unread.Count == 0)
            {
                process.Life.Run(ReadUnread);
            }

            unread.Append(bytes);
        }
        else
        {
            accepted?.Receive(bytes);
            TellDrained();
        }
    }

    private void ReadUnread()
    {
        unread.Read(bytes => accepted?.Receive(bytes));
        TellDrained();
    }

    private void TellDrained()
    {
        if (wasFull && !IsFull)
        {
            wasFull = false;
            toClient.SendEnd(() =>
            {
                if (phase == Phase.Open)
                {
                    client.Drained();
                }
            });
        }
    }

    private void ArriveAtClient(ReadOnlySpan<byte> bytes)
    {
        if (phase == Phase.Open)
        {
            client.Received(bytes);
        }
    }

    /// <summary>Bytes that nobody acknowledges are repeated, until the machine is back and resets, or TCP gives up.</summary>
    private void Retry()
    {
        if (phase == Phase.Open && retries is not { IsRunning: true })
        {
            retries = new TcpRetries(network.Scheduler, TcpRetries.Data, AskMachine, () => End(ConnectionEnd.TimedOut));
            if (!AskMachine())
            {
                retries.Begin();
            }
        }
    }

    private bool AskMachine()
    {
        if (node!.IsWithoutPower)
        {
            return false;
        }

        toClient.SendEnd(() => End(ConnectionEnd.Reset));
        return true;
    }

    private void EndFromNode(ConnectionEnd end)
    {
        if (!isVanished)
        {
            accepted = null;
            toClient.SendEnd(() => End(end));
        }
    }

    private void End(ConnectionEnd end)
    {
        if (phase != Phase.Over)
        {
            phase = Phase.Over;
            retries?.Stop();
            client.Closed(end);
        }
    }
}
