using System.Buffers;

namespace Holdfast.Lab.Protocol.Responses;

/// <summary>A response as a body.</summary>
internal static class ResponseWriter
{
    private enum ResultKind
    {
        Void = 1,
        Rows = 2,
        SetKeyspace = 3,
        Prepared = 4,
        SchemaChange = 5,
    }

    public static void Write(IBufferWriter<byte> output, Response response, int version)
    {
        BodyWriter writer = new(output);
        switch (response)
        {
            case ReadyResponse:
                break;
            case AuthenticateResponse authenticate:
                writer.String(authenticate.Authenticator);
                break;
            case AuthChallengeResponse challenge:
                writer.Bytes(challenge.Token);
                break;
            case AuthSuccessResponse:
                writer.Bytes(null);
                break;
            case SupportedResponse supported:
                Supported(writer, supported);
                break;
            case ErrorResponse error:
                ErrorWriter.Write(writer, error, version);
                break;
            case TopologyChangeEvent topology:
                writer.String("TOPOLOGY_CHANGE");
                writer.String(topology.Change);
                writer.Inet(topology.Address);
                break;
            case StatusChangeEvent status:
                writer.String("STATUS_CHANGE");
                writer.String(status.Change);
                writer.Inet(status.Address);
                break;
            case SchemaChangeEvent schema:
                writer.String("SCHEMA_CHANGE");
                SchemaChange(writer, schema.Change, schema.Keyspace, schema.Table);
                break;
            default:
                Result(writer, response, version);
                break;
        }
    }

    private static void Result(BodyWriter writer, Response response, int version)
    {
        switch (response)
        {
            case VoidResponse:
                writer.Int((int)ResultKind.Void);
                break;
            case RowsResponse rows:
                Rows(writer, rows, version);
                break;
            case SetKeyspaceResponse keyspace:
                writer.Int((int)ResultKind.SetKeyspace);
                writer.String(keyspace.Keyspace);
                break;
            case PreparedResponse prepared:
                Prepared(writer, prepared, version);
                break;
            case SchemaChangeResponse schema:
                writer.Int((int)ResultKind.SchemaChange);
                SchemaChange(writer, schema.Change, schema.Keyspace, schema.Table);
                break;
            default:
                throw new NotSupportedException(response.GetType().Name);
        }
    }

    private static void Rows(BodyWriter writer, RowsResponse rows, int version)
    {
        writer.Int((int)ResultKind.Rows);
        MetadataWriter.Rows(writer, rows, version);
        writer.Int(rows.Rows.Count);
        foreach (byte[]?[] row in rows.Rows)
        {
            foreach (byte[]? value in row)
            {
                writer.Bytes(value);
            }
        }
    }

    private static void Prepared(BodyWriter writer, PreparedResponse prepared, int version)
    {
        writer.Int((int)ResultKind.Prepared);
        writer.ShortBytes(prepared.Id);
        if (version >= 5)
        {
            writer.ShortBytes(prepared.ResultMetadataId);
        }

        MetadataWriter.Variables(writer, prepared);
        MetadataWriter.PreparedResult(writer, prepared);
    }

    private static void Supported(BodyWriter writer, SupportedResponse supported)
    {
        writer.Short(supported.Options.Count);
        foreach (var (option, values) in supported.Options)
        {
            writer.String(option);
            writer.StringList(values);
        }
    }

    private static void SchemaChange(BodyWriter writer, string change, string keyspace, string? table)
    {
        writer.String(change);
        writer.String(table is null ? "KEYSPACE" : "TABLE");
        writer.String(keyspace);
        if (table is not null)
        {
            writer.String(table);
        }
    }
}
