using System.Buffers.Binary;
using System.Net;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Transport;
using Holdfast.Lab.Simulation;

namespace Holdfast.Simulation.Tests.Client;

/// <summary>
/// Servers that lie: answers of protocol v4, which has no checksums, are changed on their way. Wrong lengths, unknown opcodes and kinds,
/// huge counts and strings, random bodies, foreign stream ids, answers cut short, repeated, or made up.
/// </summary>
internal sealed class LyingTransport(ITransport honest, Randomness random) : ITransport
{
    private const int HeaderLength = 9;

    /// <summary>The share of the answers that are lies.</summary>
    public double Share { get; set; }

    /// <summary>How many lies were told.</summary>
    public int Lies { get; private set; }

    public IWire Connect(IPEndPoint endpoint, IWireHandler handler, TimeSpan timeout) =>
        honest.Connect(endpoint, new Liar(this, handler), timeout);

    /// <summary>One honest answer of each opcode, kind and length that was seen.</summary>
    public SortedDictionary<(byte Opcode, int Kind, int Length), byte[]> Samples { get; } = [];

    /// <summary>The answer as a lie.</summary>
    public byte[] Lie(byte[] answer)
    {
        Lies++;
        byte[] lie = [.. answer];
        Span<byte> body = lie.AsSpan(HeaderLength);
        switch (random.Next(10))
        {
            case 0:
                for (int i = random.Next(8); i >= 0; i--)
                {
                    lie[random.Next(lie.Length)] ^= (byte)(1 << random.Next(8));
                }

                break;
            case 1: // a length that is not the body's
                BinaryPrimitives.WriteInt32BigEndian(lie.AsSpan(5), random.Chance(0.5) ? unchecked((int)random.NextInt64()) : body.Length + random.Next(64) - 32);
                break;
            case 2:
                lie[4] = (byte)random.Next(256);
                break;
            case 3: // another kind of result, or another error
                if (body.Length >= 4)
                {
                    BinaryPrimitives.WriteInt32BigEndian(body, random.Chance(0.5) ? random.Next(10) : unchecked((int)random.NextInt64()));
                }

                break;
            case 4: // a huge count or string somewhere
                if (body.Length >= 4)
                {
                    BinaryPrimitives.WriteUInt32BigEndian(body[random.Next(body.Length - 3)..], random.Chance(0.5) ? 0x7FFFFFFFu : 0xFFFFFFF0u);
                }

                break;
            case 5:
                for (int i = 0; i < body.Length; i++)
                {
                    body[i] = (byte)random.Next(256);
                }

                break;
            case 6:
                BinaryPrimitives.WriteInt16BigEndian(lie.AsSpan(2), (short)random.Next(65_536));
                break;
            case 7: // cut short, and its length with it
                int left = random.Next(body.Length + 1);
                lie = lie[..(HeaderLength + left)];
                BinaryPrimitives.WriteInt32BigEndian(lie.AsSpan(5), left);
                break;
            case 8:
                lie = [.. lie, .. lie];
                break;
            default: // tracing id, warnings or a custom payload that are not there
                lie[1] = (byte)random.Next(16);
                break;
        }

        return lie;
    }

    /// <summary>Stands between the wire and the connection: whole answers go on, as they are or as lies.</summary>
    private sealed class Liar(LyingTransport transport, IWireHandler handler) : IWireHandler
    {
        private readonly byte[] _received = new byte[64 * 1024];
        private readonly List<byte> _pending = [];

        public bool ExpectsMore => handler.ExpectsMore;

        public void Opened() => handler.Opened();

        public Memory<byte> ReceiveMemory() => _received;

        public void Received(int count)
        {
            _pending.AddRange(_received.AsSpan(0, count));
            while (_pending.Count >= HeaderLength)
            {
                int length = HeaderLength + BinaryPrimitives.ReadInt32BigEndian([.. _pending.Skip(5).Take(4)]);
                if (_pending.Count < length)
                {
                    return;
                }

                byte[] answer = [.. _pending.Take(length)];
                _pending.RemoveRange(0, length);
                transport.Keep(answer);
                PassOn(transport.Share > 0 && transport.Tells() ? transport.Lie(answer) : answer);
            }
        }

        public bool Collect(OutputBuffer output) => handler.Collect(output);

        public void Closed(string reason) => handler.Closed(reason);

        private void PassOn(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                Memory<byte> memory = handler.ReceiveMemory();
                int count = Math.Min(memory.Length, bytes.Length);
                bytes[..count].CopyTo(memory.Span);
                bytes = bytes[count..];
                handler.Received(count);
            }
        }
    }

    private void Keep(byte[] answer)
    {
        int kind = answer.Length >= HeaderLength + 4 ? BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(HeaderLength)) : -1;
        if (Samples.Count < 500)
        {
            Samples.TryAdd((answer[4], kind, answer.Length), answer);
        }
    }

    private bool Tells() => random.Chance(Share);
}
