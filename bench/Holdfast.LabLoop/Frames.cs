using System.Buffers.Binary;
using System.Text;

namespace Holdfast.LabLoop;

/// <summary>The few frames of protocol v4 that the loop needs, built once.</summary>
internal static class Frames
{
    public const int HeaderSize = 9;
    public const byte Error = 0x00;
    public const byte Result = 0x08;

    private const byte Startup = 0x01;
    private const byte Query = 0x07;
    private const byte Prepare = 0x09;
    private const byte Execute = 0x0A;

    public static byte[] OfStartup() =>
        Frame(Startup, [.. Short(1), .. String("CQL_VERSION"), .. String("3.0.0")]);

    public static byte[] OfQuery(string query) => Frame(Query, [.. LongString(query), .. Short(1), 0]);

    public static byte[] OfPrepare(string query) => Frame(Prepare, LongString(query));

    public static byte[] OfExecute(byte[] id, ushort consistency, params byte[][] values) => Frame(
        Execute,
        [.. Short((ushort)id.Length), .. id, .. Short(consistency), 0x03, .. Short((ushort)values.Length), .. values.SelectMany(Value)]);

    public static void SetStream(Span<byte> frame, short stream) => BinaryPrimitives.WriteInt16BigEndian(frame[2..], stream);

    public static int BodyLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32BigEndian(header[5..]);

    private static byte[] Frame(byte opcode, byte[] body) => [4, 0, 0, 0, opcode, .. Int(body.Length), .. body];

    private static byte[] Value(byte[] value) => [.. Int(value.Length), .. value];

    private static byte[] LongString(string text) => Value(Encoding.UTF8.GetBytes(text));

    private static byte[] String(string text) => [.. Short((ushort)text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Short(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
