using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cql;
using Holdfast.Lab.Cql.Planning;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Requests;
using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>What a connection remembers, its keyspace and its events, and how its requests become answers.</summary>
internal sealed class ClientSession(ClientServer server)
{
    private readonly SortedSet<string> events = new(StringComparer.Ordinal);
    private string? keyspace;

    /// <summary>As the driver called itself; null when it did not.</summary>
    public string? DriverName { get; private set; }

    public string? DriverVersion { get; private set; }

    public string User { get; private set; } = "anonymous";

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
        StartupRequest startup => Start(startup),
        AuthResponseRequest auth => Authenticate(auth),
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

    /// <summary>What the request asks for, for errors that nothing caused.</summary>
    public RequestFacts FactsOf(Request request)
    {
        var (level, table) = request switch
        {
            QueryRequest query => (query.Parameters.Consistency, TableOf(query.Query, query.Parameters.Keyspace)),
            ExecuteRequest execute => (execute.Parameters.Consistency, server.Find(execute.Id)?.Table),
            _ => (ConsistencyLevel.One, null),
        };
        return new RequestFacts(level, table is null ? null : server.Executor.ReplicationOf(table.Keyspace));
    }

    private TableMetadata? TableOf(string query, string? inKeyspace)
    {
        try
        {
            return StatementPreparer.Prepare(query, inKeyspace ?? keyspace, server.Process.Schema.Current).Table;
        }
        catch (CqlException)
        {
            return null; // it will not get so far as to be refused for what it is
        }
    }

    private Response Start(StartupRequest startup)
    {
        DriverName = startup.Options.GetValueOrDefault("DRIVER_NAME");
        DriverVersion = startup.Options.GetValueOrDefault("DRIVER_VERSION");
        return server.Options.Credentials is null
            ? new ReadyResponse()
            : new AuthenticateResponse("org.apache.cassandra.auth.PasswordAuthenticator");
    }

    private Response Authenticate(AuthResponseRequest auth)
    {
        var answer = Credentials.Check(auth.Token, server.Options.Credentials, server.Process.Node.Troubles);
        if (answer is AuthSuccessResponse && server.Options.Credentials is { } expected)
        {
            User = expected.User;
        }

        return answer;
    }

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
