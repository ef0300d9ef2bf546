using System.Buffers.Binary;
using System.Text;

namespace Holdfast.Incidents.Judging;

/// <summary>Keys, and values that say whose they are and which version.</summary>
internal static class SampleValues
{
    public static string Name(int number) => $"key-{number}";

    public static byte[] Key(int number) => Encoding.UTF8.GetBytes(Name(number));

    public static byte[] Value(int key, int version)
    {
        byte[] value = new byte[64];
        BinaryPrimitives.WriteInt32BigEndian(value, key);
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(4), version);
        return value;
    }

    public static (int Key, int Version) Read(ReadOnlySpan<byte> value) =>
        (BinaryPrimitives.ReadInt32BigEndian(value), BinaryPrimitives.ReadInt32BigEndian(value[4..]));
}
