using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cql;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Requests;
using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>What a connection remembers, its keyspace and its events, and how its requests become answers.</summary>
internal sealed class ClientSession(ClientServer server)
{
    private readonly SortedSet<string> events = new(StringComparer.Ordinal);
    private string? keyspace;

    /// <summary>Requests about the connection itself.</summary>
    public Response Control(Request request) => request switch
    {
        OptionsRequest => new SupportedResponse(
        [
            new("CQL_VERSION", [server.Options.Profile.CqlVersion]),
            new("COMPRESSION", []),
            new("PROTOCOL_VERSIONS", [.. Enumerable.Range(
                ProtocolLimits.VersionMin, server.Options.Protocol.VersionMax - ProtocolLimits.VersionMin + 1).Select(v => $"{v}/v{v}")]),
        ]),
        StartupRequest when server.Options.Credentials is null => new ReadyResponse(),
        StartupRequest => new AuthenticateResponse("org.apache.cassandra.auth.PasswordAuthenticator"),
        AuthResponseRequest auth => Credentials.Check(auth.Token, server.Options.Credentials, server.Process.Node.Troubles),
        RegisterRequest register => Register(register),
        _ => new ErrorResponse(ErrorCode.ProtocolError, $"Unexpected {request.Opcode}"),
    };

    public void Execute(Request request, Action<Response, RequestError?> answer)
    {
        try
        {
            switch (request)
            {
                case QueryRequest query:
                    var statement = StatementPreparer.Prepare(
                        query.Query, query.Parameters.Keyspace ?? keyspace, server.Process.Schema.Current);
                    Run(statement, query.Parameters, null, answer);
                    break;
                case PrepareRequest prepare:
                    answer(Prepare(prepare), null);
                    break;
                case ExecuteRequest execute:
                    Execute(execute, answer);
                    break;
                default:
                    answer(new ErrorResponse(ErrorCode.Invalid, "BATCH is not part of the lab"), null);
                    break;
            }
        }
        catch (CqlException refused)
        {
            answer(ErrorTranslation.ToResponse(refused), null);
        }
    }

    /// <summary>Null when the client did not ask for such events.</summary>
    public Response? EventFor(ClientEvent what) => what switch
    {
        StatusEvent status when events.Contains("STATUS_CHANGE") =>
            new StatusChangeEvent(status.IsUp ? "UP" : "DOWN", server.Process.NodeOf(status.Node).Address),
        TopologyEvent topology when events.Contains("TOPOLOGY_CHANGE") => new TopologyChangeEvent(
            topology.Change == TopologyChange.NewNode ? "NEW_NODE" : "REMOVED_NODE", server.Process.NodeOf(topology.Node).Address),
        SchemaEvent schema when events.Contains("SCHEMA_CHANGE") => new SchemaChangeEvent(schema.Change, schema.Keyspace, schema.Table),
        _ => null,
    };

    private ReadyResponse Register(RegisterRequest register)
    {
        events.UnionWith(register.EventTypes);
        return new ReadyResponse();
    }

    private PreparedResponse Prepare(PrepareRequest prepare)
    {
        var statement = StatementPreparer.Prepare(prepare.Query, prepare.Keyspace ?? keyspace, server.Process.Schema.Current);
        server.Keep(statement);
        return new PreparedResponse(
            statement.Id, statement.ResultMetadataId, statement.Variables.Specs, statement.Variables.PartitionKeyIndexes, statement.ResultColumns);
    }

    private void Execute(ExecuteRequest execute, Action<Response, RequestError?> answer)
    {
        var forgets = !server.Process.Node.Troubles.None
            && server.Randomness.Chance(server.Process.Node.Troubles.Share(t => t.UnpreparedShare));
        if (forgets || server.Find(execute.Id) is not { } statement)
        {
            answer(
                new UnpreparedError(
                    $"Prepared query with ID {Convert.ToHexStringLower(execute.Id)} not found (either the query was not prepared on this "
                    + "host (maybe the host has been restarted?) or you have prepared too many queries and it has been evicted from the internal cache)",
                    execute.Id),
                null);
            return;
        }

        Run(statement, execute.Parameters, execute.ResultMetadataId, answer);
    }

    private void Run(
        PreparedStatement statement, QueryParameters parameters, byte[]? knownMetadata, Action<Response, RequestError?> answer)
    {
        var values = parameters.Names is { } names
            ? statement.Variables.Order([.. names.Zip(parameters.Values)])
            : parameters.Values;
        var timestamp = server.NextTimestamp();
        var now = parameters.NowInSeconds is { } seconds
            ? seconds * 1_000_000L
            : (server.Process.Node.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var context = new BindContext(values, now, parameters.Timestamp ?? timestamp, server.Options.Profile, server.Process.Node.Index);
        var plan = statement.Bind(context);
        if (plan is UsePlan use)
        {
            keyspace = use.Keyspace;
            answer(new SetKeyspaceResponse(keyspace), null);
            return;
        }

        var presentation = new RowPresentation(statement, parameters, knownMetadata);
        server.Executor.Execute(plan, parameters.Consistency, context.NowSeconds, presentation, answer);
    }
}
