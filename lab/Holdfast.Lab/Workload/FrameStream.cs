using System.Buffers;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Framing;

namespace Holdfast.Lab.Workload;

/// <summary>A connection's bytes as v5 frames, both ways: bare until STARTUP is answered, in segments with checksums from then on.</summary>
internal sealed class FrameStream
{
    private const int Version = 5;

    private readonly ByteQueue segments = new();
    private readonly ByteQueue frames = new();
    private readonly ArrayBufferWriter<byte> frame = new();
    private readonly ArrayBufferWriter<byte> output = new();
    private bool isSegmented;

    /// <summary>The bytes are good until the next call.</summary>
    public ReadOnlySpan<byte> Write(short stream, Opcode opcode, byte[] body)
    {
        frame.ResetWrittenCount();
        new FrameHeader(Version, IsResponse: false, FrameFlags.None, stream, opcode, body.Length).Write(frame.GetSpan(FrameHeader.Size));
        frame.Advance(FrameHeader.Size);
        frame.Write(body);
        if (!isSegmented)
        {
            return frame.WrittenSpan;
        }

        output.ResetWrittenCount();
        SegmentWriter.Write(output, frame.WrittenSpan);
        return output.WrittenSpan;
    }

    public void Append(ReadOnlySpan<byte> bytes) => (isSegmented ? segments : frames).Append(bytes);

    /// <summary>False when no frame has come whole.</summary>
    /// <exception cref="ProtocolViolation">A checksum is wrong.</exception>
    public bool TryRead(out FrameHeader header, out byte[] body)
    {
        header = default;
        body = [];
        while (frames.Count < FrameHeader.Size || frames.Count < FrameHeader.Size + FrameHeader.Read(frames.Bytes).Length)
        {
            if (!isSegmented || !SegmentReader.TryMove(segments, frames))
            {
                return false;
            }
        }

        header = FrameHeader.Read(frames.Bytes);
        body = frames.Bytes.Slice(FrameHeader.Size, header.Length).ToArray();
        frames.Drop(FrameHeader.Size + header.Length);
        if (!isSegmented && header.Opcode is Opcode.Ready or Opcode.Authenticate)
        {
            isSegmented = true;
            segments.Append(frames.Bytes);
            frames.Drop(frames.Count);
        }

        return true;
    }
}
