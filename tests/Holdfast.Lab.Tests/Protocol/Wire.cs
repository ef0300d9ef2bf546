using System.Buffers;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Tests.Protocol;

/// <summary>A connection and bytes as hexadecimal text, in which spaces and bars mean nothing.</summary>
internal sealed class Wire(int versionMax = 5, int? frameMax = null)
{
    public const string StartupV4 = "04 00 0001 01 00000016 | 0001 000b 43514c5f56455253494f4e 0005 332e302e30";
    public const string StartupV5 = "05 00 0001 01 00000016 | 0001 000b 43514c5f56455253494f4e 0005 332e302e30";

    public ServerProtocol Protocol { get; } = new(new ProtocolLimits(frameMax ?? ProtocolLimits.Default.FrameMax, versionMax));

    public static byte[] Bytes(string hex) => Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));

    public static Wire Ready(int version)
    {
        Wire wire = new();
        _ = wire.Receive(version == 4 ? StartupV4 : StartupV5);
        _ = wire.Send(1, new ReadyResponse());
        return wire;
    }

    public List<Inbound> Receive(string hex) => Receive(Bytes(hex));

    public List<Inbound> Receive(ReadOnlySpan<byte> bytes)
    {
        Protocol.Append(bytes);
        List<Inbound> inbound = [];
        while (Protocol.TryRead(out var next))
        {
            inbound.Add(next);
        }

        return inbound;
    }

    public byte[] Send(short stream, Response response, IReadOnlyList<string>? warnings = null, Guid? traceId = null)
    {
        ArrayBufferWriter<byte> output = new();
        Protocol.Write(output, stream, response, warnings, traceId);
        return output.WrittenSpan.ToArray();
    }

    public string SendHex(short stream, Response response) => Convert.ToHexStringLower(Send(stream, response));

    /// <summary>A response's body alone, in v4 or v5 without segments.</summary>
    public static string Body(int version, Response response)
    {
        ArrayBufferWriter<byte> output = new();
        ResponseWriter.Write(output, response, version);
        return Convert.ToHexStringLower(output.WrittenSpan);
    }

    public static string Hex(string hex) => Convert.ToHexStringLower(Bytes(hex));
}
