using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Protocol.Responses;

/// <summary>Writes what columns and bind markers are (sections 4.2.5.2 and 4.2.5.4).</summary>
internal static class MetadataWriter
{
    [Flags]
    private enum MetadataFlags
    {
        None = 0,
        GlobalTable = 0x01,
        HasMorePages = 0x02,
        NoMetadata = 0x04,
        Changed = 0x08,
    }

    public static void Rows(BodyWriter writer, RowsResponse rows, int version)
    {
        bool isChanged = version >= 5 && rows.NewMetadataId is not null;
        bool isSkipped = rows.SkipMetadata && !isChanged;
        var flags = (isSkipped ? MetadataFlags.NoMetadata : GlobalTable(rows.Columns))
            | (rows.PagingState is null ? MetadataFlags.None : MetadataFlags.HasMorePages)
            | (isChanged ? MetadataFlags.Changed : MetadataFlags.None);
        writer.Int((int)flags);
        writer.Int(rows.Columns.Count);
        if (rows.PagingState is not null)
        {
            writer.Bytes(rows.PagingState);
        }

        if (isChanged)
        {
            writer.ShortBytes(rows.NewMetadataId!);
        }

        if (!isSkipped)
        {
            Columns(writer, rows.Columns, flags);
        }
    }

    public static void Variables(BodyWriter writer, PreparedResponse prepared)
    {
        var flags = GlobalTable(prepared.Variables);
        writer.Int((int)flags);
        writer.Int(prepared.Variables.Count);
        writer.Int(prepared.PartitionKeyIndexes.Count);
        foreach (short index in prepared.PartitionKeyIndexes)
        {
            writer.Short(index);
        }

        Columns(writer, prepared.Variables, flags);
    }

    /// <summary>A statement without a result has no metadata of one.</summary>
    public static void PreparedResult(BodyWriter writer, PreparedResponse prepared)
    {
        var flags = prepared.ResultColumns.Count == 0 ? MetadataFlags.NoMetadata : GlobalTable(prepared.ResultColumns);
        writer.Int((int)flags);
        writer.Int(prepared.ResultColumns.Count);
        Columns(writer, prepared.ResultColumns, flags);
    }

    private static MetadataFlags GlobalTable(IReadOnlyList<ColumnSpec> columns)
    {
        if (columns.Count == 0)
        {
            return MetadataFlags.None;
        }

        foreach (var column in columns)
        {
            if (column.Keyspace != columns[0].Keyspace || column.Table != columns[0].Table)
            {
                return MetadataFlags.None;
            }
        }

        return MetadataFlags.GlobalTable;
    }

    private static void Columns(BodyWriter writer, IReadOnlyList<ColumnSpec> columns, MetadataFlags flags)
    {
        bool isGlobal = flags.HasFlag(MetadataFlags.GlobalTable);
        if (isGlobal)
        {
            writer.String(columns[0].Keyspace);
            writer.String(columns[0].Table);
        }

        foreach (var column in columns)
        {
            if (!isGlobal)
            {
                writer.String(column.Keyspace);
                writer.String(column.Table);
            }

            writer.String(column.Name);
            Type(writer, column.Type);
        }
    }

    private static void Type(BodyWriter writer, CqlType type)
    {
        switch (type)
        {
            case NativeType native:
                writer.Short((ushort)native.Kind);
                break;
            case ListType list:
                writer.Short(0x20);
                Type(writer, list.Element);
                break;
            case MapType map:
                writer.Short(0x21);
                Type(writer, map.Key);
                Type(writer, map.Value);
                break;
            case SetType set:
                writer.Short(0x22);
                Type(writer, set.Element);
                break;
            case TupleType tuple:
                writer.Short(0x31);
                writer.Short(tuple.Elements.Count);
                foreach (var element in tuple.Elements)
                {
                    Type(writer, element);
                }

                break;
            default:
                throw new NotSupportedException(type.ToString());
        }
    }
}
