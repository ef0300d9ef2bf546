using System.Buffers.Binary;
using System.Net;
using System.Text;
using Holdfast.Cql;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Transport;
using Holdfast.Lab.Simulation;

namespace Holdfast.Simulation.Tests.Requests;

/// <summary>
/// Stands between the client and the lab's nodes, in protocol v4: what is executed or prepared is either passed on, or answered as the test
/// says, when the test says.
/// </summary>
internal sealed class ScriptedTransport(ITransport honest, Scheduler scheduler) : ITransport
{
    private const int HeaderLength = 9;

    private static readonly byte[] s_probe = Encoding.ASCII.GetBytes("holdfast-probe");

    /// <summary>Null passes the request on.</summary>
    public Func<Asked, Reply?> Script { get; set; } = _ => null;

    /// <summary>What was executed and prepared, in order.</summary>
    public List<Asked> All { get; } = [];

    /// <summary>Executed for users, since the moment.</summary>
    public IReadOnlyList<Asked> Since(TimeSpan moment) =>
        [.. All.Where(asked => asked is { Opcode: Opcode.Execute, IsProbe: false } && asked.At >= moment)];

    public IWire Connect(IPEndPoint endpoint, IWireHandler handler, TimeSpan timeout)
    {
        Actor actor = new(this, endpoint, handler);
        return actor.Wire = honest.Connect(endpoint, actor, timeout);
    }

    private static Asked Read(TimeSpan at, IPEndPoint node, ReadOnlySpan<byte> envelope)
    {
        Opcode opcode = (Opcode)envelope[4];
        ReadOnlySpan<byte> body = envelope[HeaderLength..];
        ConsistencyLevel level = opcode == Opcode.Execute
            ? (ConsistencyLevel)BinaryPrimitives.ReadUInt16BigEndian(body[(2 + BinaryPrimitives.ReadUInt16BigEndian(body))..])
            : default;
        return new Asked(at, node, opcode, level, body.IndexOf(s_probe) >= 0) { Timestamp = opcode == Opcode.Execute ? TimestampOf(body) : null };
    }

    /// <summary>The last thing in the body, where the flags after the level say that it is there.</summary>
    private static long? TimestampOf(ReadOnlySpan<byte> body)
    {
        const int withTimestamp = 0x20;
        int flags = body[2 + BinaryPrimitives.ReadUInt16BigEndian(body) + 2];
        return (flags & withTimestamp) != 0 ? BinaryPrimitives.ReadInt64BigEndian(body[^8..]) : null;
    }

    private sealed class Actor(ScriptedTransport transport, IPEndPoint node, IWireHandler handler) : IWireHandler
    {
        private readonly OutputBuffer _requests = new();
        private bool _isOver;

        public IWire? Wire { get; set; }

        public void Opened() => handler.Opened();

        public Memory<byte> ReceiveMemory() => handler.ReceiveMemory();

        public void Received(int count) => handler.Received(count);

        public void Closed(string reason)
        {
            _isOver = true;
            handler.Closed(reason);
        }

        public bool Collect(OutputBuffer output)
        {
            _requests.Clear();
            if (!handler.Collect(_requests))
            {
                return false;
            }

            ReadOnlySpan<byte> left = _requests.WrittenSpan;
            while (!left.IsEmpty)
            {
                int length = HeaderLength + BinaryPrimitives.ReadInt32BigEndian(left[5..]);
                if (!Takes(left[..length]))
                {
                    output.Bytes(left[..length]);
                }

                left = left[length..];
            }

            return output.Length > 0;
        }

        private bool Takes(ReadOnlySpan<byte> envelope)
        {
            if ((Opcode)envelope[4] is not (Opcode.Execute or Opcode.Prepare))
            {
                return false;
            }

            Asked asked = Read(transport.Now, node, envelope);
            transport.All.Add(asked);
            if (transport.Script(asked) is not { } reply)
            {
                return false;
            }

            short stream = BinaryPrimitives.ReadInt16BigEndian(envelope[2..]);
            if (reply.Body is { } body)
            {
                transport.After(reply.After, () => Answer(stream, reply.Opcode, body));
            }
            else if (reply.Ends)
            {
                transport.After(reply.After, () => Wire!.Close("the script ends it"));
            }

            return true;
        }

        private void Answer(short stream, Opcode opcode, byte[] body)
        {
            if (_isOver)
            {
                return;
            }

            Span<byte> answer = handler.ReceiveMemory().Span[..(HeaderLength + body.Length)];
            answer[0] = 0x84;
            answer[1] = 0;
            BinaryPrimitives.WriteInt16BigEndian(answer[2..], stream);
            answer[4] = (byte)opcode;
            BinaryPrimitives.WriteInt32BigEndian(answer[5..], body.Length);
            body.CopyTo(answer[HeaderLength..]);
            try
            {
                handler.Received(answer.Length);
            }
            catch (ProtocolException failure)
            {
                Wire!.Close(failure.Message); // as a socket does
            }
        }
    }

    private TimeSpan Now => scheduler.Now;

    private void After(TimeSpan delay, Action action) => scheduler.After(delay, action);
}

/// <summary>One request to one node.</summary>
internal sealed record Asked(TimeSpan At, IPEndPoint Node, Opcode Opcode, ConsistencyLevel Level, bool IsProbe)
{
    /// <summary>The client's, of a write.</summary>
    public long? Timestamp { get; init; }

    /// <summary>True for what a user asked for.</summary>
    public bool IsUsers => Opcode == Opcode.Execute && !IsProbe;
}

/// <summary>What is answered instead of the node, and how much later.</summary>
/// <param name="Opcode">The answer's.</param>
/// <param name="Body">The answer; null for none.</param>
/// <param name="After">How much later.</param>
/// <param name="Ends">True ends the connection instead.</param>
internal sealed record Reply(Opcode Opcode, byte[]? Body, TimeSpan After = default, bool Ends = false)
{
    public static Reply Silence { get; } = new(Opcode.Error, null);

    /// <summary>A result of a kind that there is not.</summary>
    public static Reply Nonsense { get; } = new(Opcode.Result, [0, 0, 0, 99]);

    /// <summary>A read that found nothing: rows without metadata, and none of them.</summary>
    public static Reply Nothing { get; } = new(Opcode.Result, [0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 0]);

    public static Reply Overloaded { get; } = Error(0x1001);

    public static Reply ServerError { get; } = Error(0x0000);

    public static Reply Unauthorized { get; } = Error(0x2100);

    public static Reply Unprepared { get; } = Error(0x2500, 0, 1, 7);

    public static Reply Unavailable { get; } = Error(0x1000, 0, 6, 0, 0, 0, 2, 0, 0, 0, 1);

    public static Reply EndAfter(TimeSpan after) => new(Opcode.Error, null, after, Ends: true);

    public Reply Late(double milliseconds) => this with { After = TimeSpan.FromMilliseconds(milliseconds) };

    /// <summary>A code, three letters, and what the code has besides.</summary>
    private static Reply Error(int code, params byte[] rest)
    {
        byte[] body = [0, 0, 0, 0, 0, 3, .. "why"u8, .. rest];
        BinaryPrimitives.WriteInt32BigEndian(body, code);
        return new Reply(Opcode.Error, body);
    }
}
