using System.Net;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Workload;

/// <summary>What came of one request: a frame, or why there is none.</summary>
/// <param name="Opcode">Of the frame.</param>
/// <param name="Body">Of the frame.</param>
/// <param name="Missing">Why there is none; null when there is one.</param>
internal sealed record ClientAnswer(Opcode Opcode, byte[] Body, string? Missing = null)
{
    public static ClientAnswer None(string why) => new(default, [], why);

    /// <summary>Null for anything but an error, of the server or of the way to it.</summary>
    public string? Error
    {
        get
        {
            if (Missing is not null || Opcode != Opcode.Error)
            {
                return Missing;
            }

            BodyReader reader = new(Body);
            reader.Int();
            return reader.String();
        }
    }

    public bool IsUnprepared => Missing is null && Opcode == Opcode.Error && new BodyReader(Body).Int() == (int)ErrorCode.Unprepared;

    /// <summary>Of a PREPARED result.</summary>
    public PreparedId ReadPrepared()
    {
        BodyReader reader = new(Body);
        reader.Int();
        return new PreparedId(reader.ShortBytes(), reader.ShortBytes());
    }

    /// <summary>Of an EVENT: null when it is none of a node's status.</summary>
    public (string Change, IPEndPoint Address)? ReadStatusEvent()
    {
        BodyReader reader = new(Body);
        if (reader.String() != "STATUS_CHANGE")
        {
            return null;
        }

        var change = reader.String();
        var address = new byte[reader.Byte()];
        for (var i = 0; i < address.Length; i++)
        {
            address[i] = reader.Byte();
        }

        return (change, new IPEndPoint(new IPAddress(address), reader.Int()));
    }

    /// <summary>Of ROWS with one column of a native type.</summary>
    public IReadOnlyList<byte[]?> ReadColumn()
    {
        BodyReader reader = new(Body);
        reader.Int(); // kind
        reader.Int(); // flags: one table for all columns
        reader.Int(); // columns
        reader.String();
        reader.String();
        reader.String();
        _ = (NativeKind)reader.Short();
        var values = new byte[]?[reader.Int()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.Bytes();
        }

        return values;
    }
}
