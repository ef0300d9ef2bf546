using System.Buffers.Binary;
using System.Net;

namespace Holdfast.Cql.Protocol;

/// <summary>Reads the few types that system tables have (section 6 of the v4, 5 of the v5 specification).</summary>
internal static class CqlTypes
{
    public static string ReadText(ReadOnlySpan<byte> value) => BodyReader.Text(value);

    public static int ReadInt(ReadOnlySpan<byte> value) =>
        value.Length == 4 ? BinaryPrimitives.ReadInt32BigEndian(value) : throw Wrong("int", value.Length);

    public static long ReadBigInt(ReadOnlySpan<byte> value) =>
        value.Length == 8 ? BinaryPrimitives.ReadInt64BigEndian(value) : throw Wrong("bigint", value.Length);

    public static Guid ReadUuid(ReadOnlySpan<byte> value) =>
        value.Length == 16 ? new Guid(value, bigEndian: true) : throw Wrong("uuid", value.Length);

    public static IPAddress ReadInet(ReadOnlySpan<byte> value) =>
        value.Length is 4 or 16 ? new IPAddress(value) : throw Wrong("inet", value.Length);

    public static bool ReadBoolean(ReadOnlySpan<byte> value) =>
        value.Length == 1 ? value[0] != 0 : throw Wrong("boolean", value.Length);

    /// <summary>A set or a list; empty for null, as which the server keeps an empty one.</summary>
    public static List<string> ReadTextSet(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return [];
        }

        BodyReader body = new(value);
        int count = body.Count(4);
        List<string> texts = new(count);
        for (int i = 0; i < count; i++)
        {
            texts.Add(BodyReader.Text(body.Bytes()));
        }

        return texts;
    }

    /// <summary>Empty for null, too.</summary>
    public static Dictionary<string, string> ReadTextMap(ReadOnlySpan<byte> value)
    {
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        if (value.IsEmpty)
        {
            return map;
        }

        BodyReader body = new(value);
        int count = body.Count(8);
        for (int i = 0; i < count; i++)
        {
            string key = BodyReader.Text(body.Bytes());
            map[key] = BodyReader.Text(body.Bytes());
        }

        return map;
    }

    private static ProtocolException Wrong(string type, int length) => new($"{length} bytes where {type} was expected");
}
