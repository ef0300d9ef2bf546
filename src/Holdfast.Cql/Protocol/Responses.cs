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
        RowsMetadata result = RowsMetadata.Read(ref body, envelope.Version);
        return new PreparedId(id, resultMetadata, result.Columns);
    }

    /// <summary>Rows where there must be some.</summary>
    public static CqlRows ReadRows(in Envelope envelope) =>
        ReadResult(envelope, null) ?? throw new ProtocolException("a result without rows where rows were asked for");

    /// <summary>SUPPORTED: what may stand in STARTUP.</summary>
    public static Dictionary<string, IReadOnlyList<string>> ReadSupported(in Envelope envelope)
    {
        BodyReader body = new(envelope.Body);
        Dictionary<string, IReadOnlyList<string>> options = new(StringComparer.Ordinal);
        for (int left = body.Short(); left > 0; left--)
        {
            string name = body.String();
            options[name] = body.StringList();
        }

        return options;
    }

    /// <summary>AUTHENTICATE: the class of the server's authenticator.</summary>
    public static string ReadAuthenticate(in Envelope envelope) => new BodyReader(envelope.Body).String();

    /// <summary>AUTH_CHALLENGE and AUTH_SUCCESS: the server's token, empty for null.</summary>
    public static ReadOnlySpan<byte> ReadAuthToken(in Envelope envelope) => new BodyReader(envelope.Body).Bytes();

    /// <summary>Any result: its rows on a lease of the buffer they lie in, or null where it has none.</summary>
    /// <param name="envelope">The answer.</param>
    /// <param name="prepared">The statement, which knows what rows without metadata look like, and learns when that has changed.</param>
    /// <param name="columns">How many columns rows must have; 0 takes an answer without rows, too.</param>
    public static CqlRows? ReadResult(in Envelope envelope, PreparedId? prepared, int columns = 0)
    {
        BodyReader body = Result(envelope, out int kind);
        switch (kind)
        {
            case Void or SetKeyspace or SchemaChange:
                return columns == 0 ? null : throw new ProtocolException("a result without rows where rows were asked for");
            case Rows:
                RowsMetadata metadata = RowsMetadata.Read(ref body, envelope.Version);
                if (metadata.NewId is { } newId)
                {
                    prepared?.Learn(newId, metadata.Columns);
                }
                else if (prepared is { ResultColumns: > 0 and var known } && metadata.Columns != known)
                {
                    throw new ProtocolException("rows of another shape than was prepared");
                }

                if (metadata.Columns < columns)
                {
                    throw new ProtocolException($"rows of {metadata.Columns} columns where {columns} were asked for");
                }

                if (metadata.HasMorePages)
                {
                    throw new ProtocolException("a page of rows, which was not asked for");
                }

                return RowSet.Lease(envelope, ref body, metadata.Columns);
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
