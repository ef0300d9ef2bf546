using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Holdfast.Lab.Protocol;

/// <summary>Writes the notations of section 3.</summary>
internal readonly ref struct BodyWriter(IBufferWriter<byte> output)
{
    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public void Short(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), (ushort)value);
        output.Advance(2);
    }

    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    public void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    public void String(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        if (length > ushort.MaxValue)
        {
            // An error that quotes a huge statement: its beginning says enough.
            value = value[..(ushort.MaxValue / 4)];
            length = Encoding.UTF8.GetByteCount(value);
        }

        Short(length);
        Encoding.UTF8.GetBytes(value, output.GetSpan(length));
        output.Advance(length);
    }

    public void StringList(IReadOnlyCollection<string> values)
    {
        Short(values.Count);
        foreach (string value in values)
        {
            String(value);
        }
    }

    public void Bytes(byte[]? value)
    {
        Int(value?.Length ?? -1);
        output.Write(value);
    }

    public void ShortBytes(byte[] value)
    {
        Short(value.Length);
        output.Write(value);
    }

    public void InetAddress(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        Byte((byte)bytes.Length);
        output.Write(bytes);
    }

    public void Inet(IPEndPoint endpoint)
    {
        InetAddress(endpoint.Address);
        Int(endpoint.Port);
    }
}
