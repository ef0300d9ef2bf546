namespace Holdfast.Cql.Protocol;

/// <summary>Reads the bodies of answers. Whatever is malformed is a <see cref="ProtocolException"/>, and nothing else.</summary>
internal static class Responses
{
    private const int Void = 1;
    private const int Rows = 2;
    private const int SetKeyspace = 3;
    private const int Prepared = 4;
    private const int SchemaChange = 5;

    public static ErrorBody ReadError(in Envelope envelope) => Errors.Read(envelope);

    public static EventBody ReadEvent(in Envelope envelope)
    {
        BodyReader body = new(envelope.Body);
        string kind = body.String();
        switch (kind)
        {
            case "STATUS_CHANGE":
                return new StatusChangeEvent(body.String() == "UP", body.EndPoint());
            case "TOPOLOGY_CHANGE":
                return new TopologyChangeEvent(body.String(), body.EndPoint());
            case "SCHEMA_CHANGE":
                return new SchemaChangeEvent(body.String(), body.String());
            default:
                return new UnknownEvent(kind);
        }
    }

    /// <summary>The answer to PREPARE.</summary>
    public static PreparedId ReadPrepared(in Envelope envelope)
    {
        BodyReader body = Result(envelope, out int kind);
        if (kind != Prepared)
        {
            throw new ProtocolException($"a result of kind {kind} in answer to PREPARE");
        }

        byte[] id = body.ShortBytes().ToArray();
        byte[]? resultMetadata = envelope.Version == ProtocolVersion.V5 ? body.ShortBytes().ToArray() : null;
        if (id.Length == 0)
        {
            throw new ProtocolException("a prepared statement without an id");
        }

        RowsMetadata.SkipBound(ref body);
        RowsMetadata result = RowsMetadata.Read(ref body);
        return new PreparedId(id, resultMetadata, result.Columns);
    }

    /// <summary>Rows where there must be some.</summary>
    public static CqlRows ReadRows(in Envelope envelope) =>
        ReadResult(envelope, null) ?? throw new ProtocolException("a result without rows where rows were asked for");

    /// <summary>Any result: its rows on a lease of the buffer they lie in, or null where it has none.</summary>
    /// <param name="envelope">The answer.</param>
    /// <param name="prepared">The statement, which knows what rows without metadata look like.</param>
    public static CqlRows? ReadResult(in Envelope envelope, PreparedId? prepared)
    {
        BodyReader body = Result(envelope, out int kind);
        switch (kind)
        {
            case Void or SetKeyspace or SchemaChange:
                return null;
            case Rows:
                RowsMetadata metadata = RowsMetadata.Read(ref body);
                if (metadata.IsSkipped && prepared is not null && metadata.Columns != prepared.ResultColumns)
                {
                    throw new ProtocolException("rows of another shape than was prepared");
                }

                if (metadata.HasMorePages)
                {
                    throw new ProtocolException("a page of rows, which was not asked for");
                }

                int count = body.Count(4 * metadata.Columns);
                return RowSet.Lease(envelope, envelope.Offset + envelope.Length - body.Left, metadata.Columns, count);
            default:
                throw new ProtocolException($"a result of kind {kind}");
        }
    }

    private static BodyReader Result(in Envelope envelope, out int kind)
    {
        if (envelope.Opcode != Opcode.Result)
        {
            throw new ProtocolException($"{envelope.Opcode} where a result was expected");
        }

        BodyReader body = new(envelope.Body);
        kind = body.Int();
        return body;
    }
}
