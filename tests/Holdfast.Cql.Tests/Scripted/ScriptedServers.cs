using System.Buffers.Binary;
using System.Net;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Tests.Protocol;
using Holdfast.Cql.Transport;

namespace Holdfast.Cql.Tests.Scripted;

/// <summary>
/// This folder: servers whose every answer a test writes down, on one thread and in no time. Requests are kept; an answer is an opcode and
/// a body, or nothing, which ends the connection.
/// </summary>
internal sealed class ScriptedServers(Func<ScriptedRequest, (Opcode Opcode, byte[] Body)?> answer) : ITransport
{
    private readonly Func<ScriptedRequest, (Opcode Opcode, byte[] Body)?> _answer = answer;
    private readonly Queue<Action> _work = new();
    private readonly List<Wire> _wires = [];

    public List<ScriptedRequest> Requests { get; } = [];

    /// <summary>The newest protocol version that is spoken at an address.</summary>
    public Func<IPEndPoint, int> VersionMax { get; set; } = static _ => 5;

    /// <summary>Where connections are open now.</summary>
    public IEnumerable<IPEndPoint> Open => _wires.Where(wire => wire.IsOpen).Select(wire => wire.At);

    /// <summary>Every connection to this address ends.</summary>
    public void Drop(IPEndPoint at)
    {
        foreach (Wire wire in _wires.Where(wire => wire.IsOpen && wire.At.Equals(at)).ToList())
        {
            wire.Close("dropped");
        }
    }

    /// <summary>Pushes an event to whoever registered.</summary>
    public void Push(byte[] body)
    {
        foreach (Wire wire in _wires.Where(wire => wire is { IsOpen: true, IsRegistered: true }).ToList())
        {
            _work.Enqueue(() => wire.Deliver(-1, Opcode.Event, body));
        }
    }

    /// <summary>Does what is to be done until nothing is.</summary>
    public void Pump()
    {
        while (_work.TryDequeue(out Action? next))
        {
            next();
        }
    }

    public IWire Connect(IPEndPoint endpoint, IWireHandler handler, TimeSpan timeout)
    {
        Wire wire = new(this, endpoint, handler);
        _wires.Add(wire);
        _work.Enqueue(wire.Begin);
        return wire;
    }

    private sealed class Wire(ScriptedServers servers, IPEndPoint at, IWireHandler handler) : IWire
    {
        private readonly OutputBuffer _output = new();
        private byte _version;
        private bool _framed;
        private bool _isOver;

        public IPEndPoint At => at;

        public bool IsOpen { get; private set; }

        public bool IsRegistered { get; private set; }

        public void Begin()
        {
            if (!_isOver)
            {
                IsOpen = true;
                handler.Opened();
                Flush();
            }
        }

        public void Flush() => servers._work.Enqueue(Send);

        public void Close(string reason)
        {
            if (!_isOver)
            {
                _isOver = true;
                IsOpen = false;
                servers._work.Enqueue(() => handler.Closed(reason));
            }
        }

        /// <summary>Sends an envelope to the client, in a segment once v5 has come so far.</summary>
        public void Deliver(short stream, Opcode opcode, byte[] body)
        {
            byte[] envelope = new byte[9 + body.Length];
            envelope[0] = (byte)(0x80 | _version);
            BinaryPrimitives.WriteInt16BigEndian(envelope.AsSpan(2), stream);
            envelope[4] = (byte)opcode;
            BinaryPrimitives.WriteInt32BigEndian(envelope.AsSpan(5), body.Length);
            body.CopyTo(envelope, 9);
            byte[] sent = _framed ? Bytes.Segment(true, envelope) : envelope;
            sent.CopyTo(handler.ReceiveMemory());
            try
            {
                handler.Received(sent.Length);
            }
            catch (ProtocolException failure)
            {
                Close(failure.Message);
            }
        }

        private void Send()
        {
            while (IsOpen && handler.Collect(_output))
            {
                byte[] sent = _output.WrittenSpan.ToArray();
                _output.Clear();
                foreach (ScriptedRequest request in Read(sent))
                {
                    servers.Requests.Add(request);
                    _version = request.Version;
                    Answer(request);
                }
            }
        }

        private void Answer(ScriptedRequest request)
        {
            int versionMax = servers.VersionMax(at);
            if (request.Version > versionMax)
            {
                // As Cassandra refuses: in its own version, on stream 0, and that is the end.
                _version = (byte)versionMax;
                Deliver(0, Opcode.Error, BodyBytes.Of(0x000A).Text($"Invalid or unsupported protocol version ({request.Version})").ToArray());
                Close("refused");
            }
            else if (servers._answer(request) is { } answered)
            {
                Deliver(request.Stream, answered.Opcode, answered.Body);
                IsRegistered |= request.Opcode == Opcode.Register;
                _framed |= _version == 5 && answered.Opcode is Opcode.Ready or Opcode.Authenticate;
            }
            else
            {
                Close("the server ended it");
            }
        }

        private List<ScriptedRequest> Read(byte[] sent)
        {
            List<ScriptedRequest> requests = [];
            if (_framed)
            {
                sent = Payloads(sent);
            }

            for (int from = 0; from < sent.Length;)
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(sent.AsSpan(from + 5));
                requests.Add(new(
                    at, sent[from], sent[from + 1], BinaryPrimitives.ReadInt16BigEndian(sent.AsSpan(from + 2)), (Opcode)sent[from + 4],
                    sent[(from + 9)..(from + 9 + length)]));
                from += 9 + length;
            }

            return requests;
        }

        private static byte[] Payloads(byte[] segments)
        {
            List<byte> payloads = [];
            for (int from = 0; from < segments.Length;)
            {
                int length = (segments[from] | (segments[from + 1] << 8) | (segments[from + 2] << 16)) & 0x1FFFF;
                payloads.AddRange(segments.AsSpan(from + 6, length));
                from += 6 + length + 4;
            }

            return [.. payloads];
        }
    }
}
