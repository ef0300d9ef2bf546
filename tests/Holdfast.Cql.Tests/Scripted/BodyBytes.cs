using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Holdfast.Cql.Tests.Scripted;

/// <summary>Bodies of answers, put together in the notations of section 3 of the specifications.</summary>
internal sealed class BodyBytes
{
    private readonly List<byte> _bytes = [];

    public static BodyBytes Of(int first) => new BodyBytes().Int(first);

    public BodyBytes Byte(int value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    public BodyBytes Short(int value) => Byte(value >> 8).Byte(value);

    public BodyBytes Int(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public BodyBytes Text(string text) => ShortBytes(Encoding.UTF8.GetBytes(text));

    public BodyBytes ShortBytes(byte[] bytes)
    {
        Short(bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>[bytes]; null is -1.</summary>
    public BodyBytes Value(byte[]? value)
    {
        Int(value?.Length ?? -1);
        _bytes.AddRange(value ?? []);
        return this;
    }

    public BodyBytes EndPoint(IPEndPoint endPoint)
    {
        byte[] address = endPoint.Address.GetAddressBytes();
        Byte(address.Length);
        _bytes.AddRange(address);
        return Int(endPoint.Port);
    }

    public byte[] ToArray() => [.. _bytes];

    /// <summary>A result of rows whose metadata is left out.</summary>
    public static byte[] Rows(int columns, params byte[]?[][] rows)
    {
        BodyBytes body = Of(2).Int(4).Int(columns).Int(rows.Length);
        foreach (byte[]? value in rows.SelectMany(row => row))
        {
            body.Value(value);
        }

        return body.ToArray();
    }

    /// <summary>A set of texts as a value.</summary>
    public static byte[] Set(params string[] texts)
    {
        BodyBytes body = Of(texts.Length);
        foreach (string text in texts)
        {
            body.Value(Encoding.UTF8.GetBytes(text));
        }

        return body.ToArray();
    }

    public static byte[] Number(int value) => Of(value).ToArray();

    public static byte[] Uuid(Guid id) => id.ToByteArray(bigEndian: true);
}
