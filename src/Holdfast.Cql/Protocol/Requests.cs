using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace Holdfast.Cql.Protocol;

/// <summary>
/// Writes requests, one envelope each. Lives in this folder: the client's half of the native protocol, v4 and v5, as bytes in
/// and bytes out (Apache Cassandra, doc/native_protocol_v4.spec and native_protocol_v5.spec).
/// </summary>
internal static class Requests
{
    public const int HeaderLength = 9;

    private const byte FlagCustomPayload = 0x04;
    private const byte FlagValues = 0x01;
    private const byte FlagSkipMetadata = 0x02;
    private const byte FlagTimestamp = 0x20;

    public static void Options(OutputBuffer output, ProtocolVersion version, short stream) =>
        End(output, Begin(output, version, stream, Opcode.Options));

    public static void Startup(
        OutputBuffer output, ProtocolVersion version, short stream, IReadOnlyList<KeyValuePair<string, string>> options)
    {
        int start = Begin(output, version, stream, Opcode.Startup);
        output.Short((ushort)options.Count);
        foreach ((string name, string value) in options)
        {
            String(output, name);
            String(output, value);
        }

        End(output, start);
    }

    public static void AuthResponse(OutputBuffer output, ProtocolVersion version, short stream, ReadOnlySpan<byte> token)
    {
        int start = Begin(output, version, stream, Opcode.AuthResponse);
        output.Int(token.Length);
        output.Bytes(token);
        End(output, start);
    }

    public static void Register(OutputBuffer output, ProtocolVersion version, short stream, IReadOnlyList<string> events)
    {
        int start = Begin(output, version, stream, Opcode.Register);
        output.Short((ushort)events.Count);
        foreach (string name in events)
        {
            String(output, name);
        }

        End(output, start);
    }

    public static void Prepare(OutputBuffer output, ProtocolVersion version, short stream, string cql)
    {
        int start = Begin(output, version, stream, Opcode.Prepare);
        LongString(output, cql);
        if (version == ProtocolVersion.V5)
        {
            output.Int(0);
        }

        End(output, start);
    }

    public static void Query(OutputBuffer output, ProtocolVersion version, short stream, string cql, ConsistencyLevel level)
    {
        int start = Begin(output, version, stream, Opcode.Query);
        LongString(output, cql);
        output.Short((ushort)level);
        Flags(output, version, 0);
        End(output, start);
    }

    /// <summary>A prepared statement with its values. The result comes without metadata, which its preparation told.</summary>
    /// <remarks>When it cannot be written, the buffer is left as it was.</remarks>
    public static void Execute(
        OutputBuffer output, ProtocolVersion version, short stream, PreparedId prepared, ConsistencyLevel level, long? timestamp,
        ICqlValues values, Activity? span = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestamp.GetValueOrDefault(), nameof(timestamp));
        int start = output.Length;
        try
        {
            WriteExecute(output, version, stream, prepared, level, timestamp, values, span);
        }
        catch
        {
            // Half an envelope would take every later one with it.
            output.Truncate(start);
            throw;
        }
    }

    private static void WriteExecute(
        OutputBuffer output, ProtocolVersion version, short stream, PreparedId prepared, ConsistencyLevel level, long? timestamp,
        ICqlValues values, Activity? span)
    {
        int start = Begin(output, version, stream, Opcode.Execute);
        if (span is not null)
        {
            output.WrittenSpan[start + 1] = FlagCustomPayload;
            TracePayload.Write(output, span);
        }

        ShortBytes(output, prepared.Id);
        if (version == ProtocolVersion.V5)
        {
            byte[] metadata = prepared.ResultMetadataId
                ?? throw new ArgumentException("It was prepared in v4, and v5 needs the id of its result's metadata.", nameof(prepared));
            ShortBytes(output, metadata);
        }

        output.Short((ushort)level);
        int count = values.Count;
        int flags = (prepared.ResultColumns > 0 ? FlagSkipMetadata : 0) | (count > 0 ? FlagValues : 0)
            | (timestamp is null ? 0 : FlagTimestamp);
        Flags(output, version, flags);
        if (count > 0)
        {
            output.Short(checked((ushort)count));
            values.Write(new CqlValueWriter(output));
        }

        if (timestamp is { } microseconds)
        {
            output.Long(microseconds);
        }

        End(output, start);
    }

    private static int Begin(OutputBuffer output, ProtocolVersion version, short stream, Opcode opcode)
    {
        int start = output.Length;
        Span<byte> header = output.Append(HeaderLength);
        header[0] = (byte)version;
        header[1] = 0;
        BinaryPrimitives.WriteInt16BigEndian(header[2..], stream);
        header[4] = (byte)opcode;
        return start;
    }

    private static void End(OutputBuffer output, int start) =>
        BinaryPrimitives.WriteInt32BigEndian(output.WrittenSpan[(start + 5)..], output.Length - start - HeaderLength);

    private static void Flags(OutputBuffer output, ProtocolVersion version, int flags)
    {
        if (version == ProtocolVersion.V5)
        {
            output.Int(flags);
        }
        else
        {
            output.Byte((byte)flags);
        }
    }

    private static void ShortBytes(OutputBuffer output, ReadOnlySpan<byte> bytes)
    {
        output.Short(checked((ushort)bytes.Length));
        output.Bytes(bytes);
    }

    private static void String(OutputBuffer output, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        output.Short(checked((ushort)length));
        Encoding.UTF8.GetBytes(text, output.Append(length));
    }

    private static void LongString(OutputBuffer output, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        output.Int(length);
        Encoding.UTF8.GetBytes(text, output.Append(length));
    }
}
