using System.Buffers;

namespace Holdfast.Lab.Transport.Memory;

/// <summary>What arrived at a node that does not read: a socket's receive buffer.</summary>
internal sealed class UnreadBytes
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    public delegate void Reader(ReadOnlySpan<byte> bytes);

    public int Count => bytes.WrittenCount;

    public void Append(ReadOnlySpan<byte> more) => bytes.Write(more);

    public void Read(Reader reader)
    {
        reader(bytes.WrittenSpan);
        bytes.ResetWrittenCount();
    }
}
