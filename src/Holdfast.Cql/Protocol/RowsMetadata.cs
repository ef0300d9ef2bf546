namespace Holdfast.Cql.Protocol;

/// <summary>
/// What stands before rows (section 4.2.5.2). The statements here know their columns by number, so names and types are passed
/// over, with every length checked.
/// </summary>
/// <param name="Columns">Values a row.</param>
/// <param name="HasMorePages">There are rows that the answer lacks.</param>
/// <param name="NewId">v5: what names this description from now on, when it is not the one that the request named.</param>
internal readonly record struct RowsMetadata(int Columns, bool HasMorePages, byte[]? NewId)
{
    private const int GlobalTable = 0x01;
    private const int MorePages = 0x02;
    private const int NoMetadata = 0x04;
    private const int MetadataChanged = 0x08;
    private const int ColumnsMax = 1024;
    private const int DepthMax = 16;

    public static RowsMetadata Read(ref BodyReader body, ProtocolVersion version)
    {
        int flags = body.Int();
        int columns = ReadColumnCount(ref body);
        if ((flags & MorePages) != 0)
        {
            _ = body.Bytes();
        }

        byte[]? newId = version == ProtocolVersion.V5 && (flags & MetadataChanged) != 0 ? body.ShortBytes().ToArray() : null;
        SkipColumns(ref body, columns, flags);
        return new RowsMetadata(columns, (flags & MorePages) != 0, newId);
    }

    /// <summary>What a prepared statement says of its markers.</summary>
    public static void SkipBound(ref BodyReader body)
    {
        int flags = body.Int();
        int columns = ReadColumnCount(ref body);
        int keys = body.Count(2);
        body.Skip(2 * keys);
        SkipColumns(ref body, columns, flags);
    }

    private static int ReadColumnCount(ref BodyReader body)
    {
        int columns = body.Int();
        return columns is >= 0 and <= ColumnsMax ? columns : throw new ProtocolException($"rows of {columns} columns");
    }

    private static void SkipColumns(ref BodyReader body, int columns, int flags)
    {
        if ((flags & NoMetadata) != 0)
        {
            return;
        }

        bool global = (flags & GlobalTable) != 0;
        if (global)
        {
            _ = body.ShortBytes();
            _ = body.ShortBytes();
        }

        for (int i = 0; i < columns; i++)
        {
            if (!global)
            {
                _ = body.ShortBytes();
                _ = body.ShortBytes();
            }

            _ = body.ShortBytes();
            SkipType(ref body, 0);
        }
    }

    private static void SkipType(ref BodyReader body, int depth)
    {
        if (depth > DepthMax)
        {
            throw new ProtocolException("a type nested too deeply");
        }

        int type = body.Short();
        switch (type)
        {
            case >= 0x0001 and <= 0x0015:
                break;
            case 0x0000:
                _ = body.ShortBytes();
                break;
            case 0x0020 or 0x0022:
                SkipType(ref body, depth + 1);
                break;
            case 0x0021:
                SkipType(ref body, depth + 1);
                SkipType(ref body, depth + 1);
                break;
            case 0x0030:
                _ = body.ShortBytes();
                _ = body.ShortBytes();
                for (int i = body.Short(); i > 0; i--)
                {
                    _ = body.ShortBytes();
                    SkipType(ref body, depth + 1);
                }

                break;
            case 0x0031:
                for (int i = body.Short(); i > 0; i--)
                {
                    SkipType(ref body, depth + 1);
                }

                break;
            default:
                throw new ProtocolException($"a column of type 0x{type:X4}");
        }
    }
}
