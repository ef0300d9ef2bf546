using System.Buffers;
using System.Runtime.InteropServices;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Responses;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>The way of an answer out of a node, and what the node's troubles do to it there.</summary>
internal sealed class AnswerChannel(
    NodeProcess process, IClientChannel channel, ServerProtocol protocol, Randomness randomness, Action<Action> closeWith)
{
    private readonly ArrayBufferWriter<byte> output = new();
    private bool swallowed;

    /// <summary>The connection owes an answer that will never leave: once it answers again, it ends.</summary>
    public void ResetIfSwallowed()
    {
        if (swallowed)
        {
            closeWith(channel.Reset);
        }
    }

    public void Send(short stream, Response response, Guid? traceId = null)
    {
        if (process.Node.Troubles.None)
        {
            Write(stream, response, traceId);
            channel.Send(output.WrittenMemory);
            return;
        }

        SendInTrouble(stream, response, traceId, process.Node.Troubles);
    }

    private void SendInTrouble(short stream, Response response, Guid? traceId, TroubleList troubles)
    {
        if (troubles.Any(t => t.HalfOpen))
        {
            swallowed = true;
            return;
        }

        if (randomness.Chance(troubles.Share(t => t.ResetShare)))
        {
            closeWith(channel.Reset);
            return;
        }

        var late = troubles.All.FirstOrDefault(t => t.AnswersLateBy > TimeSpan.Zero && randomness.Chance(t.LateShare));
        if (late is not null)
        {
            process.Life.After(late.AnswersLateBy, () =>
            {
                Write(stream, response, traceId);
                channel.Send(output.WrittenMemory);
            });
            return;
        }

        var isChecked = protocol.IsSegmented; // the answer that opens v5's segments is itself in none
        Write(stream, response, traceId);
        if (isChecked && randomness.Chance(troubles.Share(t => t.CorruptShare)))
        {
            MemoryMarshal.AsMemory(output.WrittenMemory).Span[randomness.Next(output.WrittenCount)] ^= 0x10;
        }

        if (randomness.Chance(troubles.Share(t => t.TruncateShare)))
        {
            channel.Send(output.WrittenMemory[..(output.WrittenCount / 2)]);
            closeWith(channel.Close);
            return;
        }

        channel.Send(output.WrittenMemory);
    }

    private void Write(short stream, Response response, Guid? traceId)
    {
        output.ResetWrittenCount();
        protocol.Write(output, stream, response, traceId: traceId);
    }
}
