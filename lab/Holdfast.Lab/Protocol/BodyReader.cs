using System.Buffers.Binary;
using System.Text;

namespace Holdfast.Lab.Protocol;

/// <summary>Reads the notations of section 3 from a request's body. Whatever is missing is a <see cref="ProtocolViolation"/>.</summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> rest = body;

    public byte Byte() => Take(1)[0];

    /// <summary>How many things follow; a count that the bytes cannot hold is refused before anything is made for it.</summary>
    public int Count(int sizeMin)
    {
        int count = Short();
        return count * sizeMin <= rest.Length ? count : throw Malformed();
    }

    public ushort Short() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long Long() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public string String() => Text(Take(Short()));

    public string LongString()
    {
        int length = Int();
        return length < 0 ? throw Malformed() : Text(Take(length));
    }

    public byte[] ShortBytes() => Take(Short()).ToArray();

    public byte[]? Bytes()
    {
        int length = Int();
        return length < 0 ? null : Take(length).ToArray();
    }

    public BoundValue Value()
    {
        int length = Int();
        return length switch
        {
            >= 0 => BoundValue.Of(Take(length).ToArray()),
            -1 => BoundValue.Null,
            -2 => BoundValue.Unset,
            _ => throw new ProtocolViolation($"Invalid ByteBuf length {length}"),
        };
    }

    public List<string> StringList()
    {
        int count = Short();
        List<string> strings = [];
        for (int i = 0; i < count; i++)
        {
            strings.Add(String());
        }

        return strings;
    }

    public SortedDictionary<string, string> StringMap()
    {
        int count = Short();
        SortedDictionary<string, string> map = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            string key = String();
            map[key] = String();
        }

        return map;
    }

    public void SkipBytesMap()
    {
        int count = Short();
        for (int i = 0; i < count; i++)
        {
            _ = String();
            _ = Bytes();
        }
    }

    public ConsistencyLevel Consistency()
    {
        ushort level = Short();
        return level <= (ushort)ConsistencyLevel.LocalOne
            ? (ConsistencyLevel)level
            : throw new ProtocolViolation($"Unknown code {level} for a consistency level");
    }

    private static string Text(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new ProtocolViolation("Cannot decode string as UTF8");

    private static ProtocolViolation Malformed() =>
        new("Not enough bytes to read a value: the frame's body is shorter than it says");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw Malformed();
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
