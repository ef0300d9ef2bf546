namespace Holdfast.Lab.Protocol.Requests;

/// <summary>Reads <c>query_parameters</c> (section 4.1.4).</summary>
internal static class QueryParametersReader
{
    [Flags]
    private enum QueryFlags
    {
        Values = 0x01,
        SkipMetadata = 0x02,
        PageSize = 0x04,
        PagingState = 0x08,
        SerialConsistency = 0x10,
        Timestamp = 0x20,
        Names = 0x40,
        Keyspace = 0x80,
        NowInSeconds = 0x100,
    }

    public static QueryParameters Read(ref BodyReader reader, int version)
    {
        var consistency = reader.Consistency();
        var flags = (QueryFlags)(version >= 5 ? reader.Int() : reader.Byte());
        IReadOnlyList<BoundValue> values = [];
        List<string>? names = null;
        if (flags.HasFlag(QueryFlags.Values))
        {
            names = flags.HasFlag(QueryFlags.Names) ? [] : null;
            values = Values(ref reader, names);
        }

        int? pageSize = flags.HasFlag(QueryFlags.PageSize) ? reader.Int() : null;
        byte[]? pagingState = flags.HasFlag(QueryFlags.PagingState) ? reader.Bytes() : null;
        ConsistencyLevel? serial = flags.HasFlag(QueryFlags.SerialConsistency) ? reader.Consistency() : null;
        long? timestamp = flags.HasFlag(QueryFlags.Timestamp) ? Timestamp(ref reader) : null;
        string? keyspace = version >= 5 && flags.HasFlag(QueryFlags.Keyspace) ? reader.String() : null;
        int? now = version >= 5 && flags.HasFlag(QueryFlags.NowInSeconds) ? reader.Int() : null;
        return new QueryParameters(
            consistency, values, names, flags.HasFlag(QueryFlags.SkipMetadata), pageSize, pagingState, serial, timestamp, keyspace, now);
    }

    private static BoundValue[] Values(ref BodyReader reader, List<string>? names)
    {
        var values = new BoundValue[reader.Count(names is null ? sizeof(int) : sizeof(ushort) + sizeof(int))];
        for (int i = 0; i < values.Length; i++)
        {
            names?.Add(reader.String());
            values[i] = reader.Value();
        }

        return values;
    }

    private static long Timestamp(ref BodyReader reader)
    {
        long timestamp = reader.Long();
        return timestamp == long.MinValue
            ? throw new ProtocolViolation($"Out of bound timestamp, must be in [{long.MinValue + 1}, {long.MaxValue}] (got {timestamp})")
            : timestamp;
    }
}
