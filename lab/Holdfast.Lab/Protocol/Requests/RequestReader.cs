namespace Holdfast.Lab.Protocol.Requests;

/// <summary>A request's body as a request.</summary>
internal static class RequestReader
{
    /// <param name="opcode">What the header says it is.</param>
    /// <param name="version">4 or 5.</param>
    /// <param name="flags">The header's.</param>
    /// <param name="body">The body.</param>
    public static Request Read(Opcode opcode, int version, FrameFlags flags, ReadOnlySpan<byte> body)
    {
        BodyReader reader = new(body);
        if (flags.HasFlag(FrameFlags.CustomPayload))
        {
            reader.SkipBytesMap();
        }

        switch (opcode)
        {
            case Opcode.Startup:
                return new StartupRequest(reader.StringMap());
            case Opcode.AuthResponse:
                return new AuthResponseRequest(reader.Bytes());
            case Opcode.Options:
                return new OptionsRequest();
            case Opcode.Query:
                return new QueryRequest(reader.LongString(), QueryParametersReader.Read(ref reader, version));
            case Opcode.Prepare:
                return Prepare(ref reader, version);
            case Opcode.Execute:
                byte[] id = reader.ShortBytes();
                byte[]? resultMetadataId = version >= 5 ? reader.ShortBytes() : null;
                return new ExecuteRequest(id, resultMetadataId, QueryParametersReader.Read(ref reader, version));
            case Opcode.Batch:
                return new BatchRequest();
            case Opcode.Register:
                return Register(ref reader);
            default:
                throw new ProtocolViolation($"Unexpected message {opcode.ToString().ToUpperInvariant()}: it is a response");
        }
    }

    private static PrepareRequest Prepare(ref BodyReader reader, int version)
    {
        const int withKeyspace = 0x01;
        string query = reader.LongString();
        bool hasKeyspace = version >= 5 && (reader.Int() & withKeyspace) != 0;
        return new PrepareRequest(query, hasKeyspace ? reader.String() : null);
    }

    private static RegisterRequest Register(ref BodyReader reader)
    {
        List<string> types = reader.StringList();
        foreach (string type in types)
        {
            if (type is not ("TOPOLOGY_CHANGE" or "STATUS_CHANGE" or "SCHEMA_CHANGE"))
            {
                throw new ProtocolViolation($"Invalid value '{type}' for Type");
            }
        }

        return new RegisterRequest(types);
    }
}
