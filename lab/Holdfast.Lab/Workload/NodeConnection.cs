using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport.Memory;

namespace Holdfast.Lab.Workload;

/// <summary>
/// One connection to a node: connects, introduces itself, sends requests under streams and waits for their answers no longer than
/// the client's timeout. A request that it stops waiting for keeps its stream until the answer comes, as in gocql.
/// </summary>
internal sealed class NodeConnection : IMemoryClient
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(600); // gocql's default

    private readonly Scheduler scheduler;
    private readonly Credentials credentials;
    private readonly TimeSpan timeout;
    private readonly IOwner owner;
    private readonly FrameStream frames = new();
    private readonly SortedDictionary<short, Pending> pending = [];
    private readonly MemoryConnection wire;
    private short lastStream = -1;
    private bool isOver;

    public NodeConnection(MemoryNetwork network, Node node, Credentials credentials, TimeSpan timeout, IOwner owner)
    {
        Node = node;
        scheduler = network.Scheduler;
        this.credentials = credentials;
        this.timeout = timeout;
        this.owner = owner;
        wire = network.Connect(node.Address, this);
        scheduler.After(ConnectTimeout, () =>
        {
            if (!wire.IsOpen)
            {
                End("i/o timeout");
            }
        });
    }

    /// <summary>Who uses it. <see cref="Lost"/> comes once, whether it was ever ready or not.</summary>
    internal interface IOwner
    {
        void Ready(NodeConnection connection);

        void Lost(NodeConnection connection, string reason);

        void Told(NodeConnection connection, ClientAnswer happened);
    }

    public Node Node { get; }

    public bool IsReady { get; private set; }

    public void Ask(Opcode opcode, byte[] body, Action<ClientAnswer> answer)
    {
        if (isOver)
        {
            answer(ClientAnswer.None("connection closed"));
            return;
        }

        if (pending.Count > short.MaxValue)
        {
            answer(ClientAnswer.None("no streams available on connection"));
            return;
        }

        do
        {
            lastStream = lastStream == short.MaxValue ? (short)0 : (short)(lastStream + 1);
        }
        while (pending.ContainsKey(lastStream));

        var request = new Pending(answer);
        pending[lastStream] = request;
        request.GivesUp = scheduler.After(timeout, () => request.Answer(ClientAnswer.None("no response received from cassandra within timeout period")));
        wire.Send(frames.Write(lastStream, opcode, body));
    }

    /// <summary>The owner wants it no more.</summary>
    public void Close(string reason) => End(reason);

    void IMemoryClient.Opened() => Ask(Opcode.Startup, ClientRequests.Startup(), answer =>
    {
        if (answer.Opcode == Opcode.Authenticate)
        {
            Ask(Opcode.AuthResponse, ClientRequests.Credentials(credentials.User, credentials.Password), Introduced);
        }
        else
        {
            Introduced(answer);
        }
    });

    void IMemoryClient.Received(ReadOnlySpan<byte> bytes)
    {
        frames.Append(bytes);
        try
        {
            while (!isOver && frames.TryRead(out var header, out var body))
            {
                Take(header.Stream, new ClientAnswer(header.Opcode, body));
            }
        }
        catch (ProtocolViolation wrong)
        {
            // Which request its segment answered cannot be known: all are lost.
            End(wrong.Message.Contains("CRC", StringComparison.Ordinal) ? "checksum mismatch" : wrong.Message);
        }
    }

    void IMemoryClient.Closed(ConnectionEnd end) => End(end switch
    {
        ConnectionEnd.Refused => "connection refused",
        ConnectionEnd.Finished => "EOF",
        ConnectionEnd.Reset => "connection reset by peer",
        _ => "connection timed out",
    });

    private void Introduced(ClientAnswer answer)
    {
        if (answer.Error is { } error)
        {
            End(error);
        }
        else
        {
            IsReady = true;
            owner.Ready(this);
        }
    }

    private void Take(short stream, ClientAnswer answer)
    {
        if (stream < 0)
        {
            owner.Told(this, answer);
        }
        else if (pending.Remove(stream, out var request))
        {
            request.Answer(answer);
        }
    }

    private void End(string reason)
    {
        if (isOver)
        {
            return;
        }

        isOver = true;
        IsReady = false;
        wire.Close();
        var waiting = pending.Values.ToList();
        pending.Clear();
        owner.Lost(this, reason);
        foreach (var request in waiting)
        {
            request.Answer(ClientAnswer.None(reason));
        }
    }

    private sealed class Pending(Action<ClientAnswer> answer)
    {
        private Action<ClientAnswer>? answer = answer;

        public ScheduledEvent? GivesUp { get; set; }

        /// <summary>Only the first one counts: a late answer only frees the stream.</summary>
        public void Answer(ClientAnswer with)
        {
            GivesUp?.Cancel();
            var tell = answer;
            answer = null;
            tell?.Invoke(with);
        }
    }
}
