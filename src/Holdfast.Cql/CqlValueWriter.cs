using System.Buffers;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql;

/// <summary>Writes the values of one request as the protocol has them: a length and the bytes, or null, or unset.</summary>
public readonly ref struct CqlValueWriter
{
    private readonly OutputBuffer _output;

    internal CqlValueWriter(OutputBuffer output) => _output = output;

    /// <summary>text, blob, or any value already serialized.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        _output.Int(value.Length);
        _output.Bytes(value);
    }

    /// <summary>text, blob, or any value already serialized, in pieces.</summary>
    /// <exception cref="OverflowException">The value is longer than 2 GiB.</exception>
    public void WriteBytes(in ReadOnlySequence<byte> value)
    {
        int length = checked((int)value.Length);
        _output.Int(length);
        value.CopyTo(_output.Append(length));
    }

    /// <summary>int.</summary>
    public void WriteInt32(int value)
    {
        _output.Int(4);
        _output.Int(value);
    }

    /// <summary>bigint, timestamp.</summary>
    public void WriteInt64(long value)
    {
        _output.Int(8);
        _output.Long(value);
    }

    /// <summary>Null: deletes the column.</summary>
    public void WriteNull() => _output.Int(-1);

    /// <summary>Unset: leaves the column as it is.</summary>
    public void WriteUnset() => _output.Int(-2);
}
