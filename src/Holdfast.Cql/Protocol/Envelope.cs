namespace Holdfast.Cql.Protocol;

/// <summary>One answer or event: its header, and its body where it was received.</summary>
/// <remarks>The body is valid until the next one is read, and for longer only under a lease on <see cref="Buffer"/>.</remarks>
internal readonly struct Envelope(ProtocolVersion version, short stream, Opcode opcode, ReceiveBuffer buffer, int offset, int length)
{
    public ProtocolVersion Version => version;

    public short Stream => stream;

    public Opcode Opcode => opcode;

    public ReceiveBuffer Buffer => buffer;

    /// <summary>Where the body begins in the buffer, after tracing id, warnings and custom payload.</summary>
    public int Offset => offset;

    public int Length => length;

    public ReadOnlySpan<byte> Body => buffer.Array.AsSpan(offset, length);
}
