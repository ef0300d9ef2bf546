using System.Text;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Connections;

/// <summary>
/// From an open wire to a connection that may take requests, one question at a time: STARTUP, authentication, who the host is,
/// and then every statement prepared, or, for the control connection, REGISTER.
/// </summary>
internal sealed class ConnectionSetup(CqlConnection connection, ConnectionOptions options) : PendingAnswer
{
    private const string WhoAreYou = "SELECT host_id FROM system.local WHERE key = 'local'";
    private static readonly string[] s_events = ["TOPOLOGY_CHANGE", "STATUS_CHANGE"];
    private static readonly KeyValuePair<string, string>[] s_startup =
    [
        new("CQL_VERSION", "3.0.0"),
        new("DRIVER_NAME", "Holdfast"),
        new("DRIVER_VERSION", typeof(ConnectionSetup).Assembly.GetName().Version?.ToString(3) ?? "0"),
    ];

    private Step _step;
    private int _statement;

    private enum Step
    {
        Startup,
        Authenticate,
        Identify,
        Register,
        Prepare,
    }

    public void Begin()
    {
        short stream = Take(Step.Startup);
        Requests.Startup(connection.Output, connection.Version, stream, s_startup);
        connection.Flush();
    }

    public override void Answered(CqlConnection from, in Envelope answer)
    {
        if (answer.Opcode == Opcode.Error)
        {
            Refused(Responses.ReadError(answer));
            return;
        }

        switch (_step)
        {
            case Step.Startup:
                Started(answer);
                break;
            case Step.Authenticate:
                // PLAIN has no second round: a challenge is answered with what was said before.
                Require(answer, Opcode.AuthSuccess);
                Identify();
                break;
            case Step.Identify:
                Identified(answer);
                break;
            case Step.Register:
                Require(answer, Opcode.Ready);
                connection.BecomeReady();
                break;
            default:
                connection.Prepared[_statement++] = Responses.ReadPrepared(answer);
                PrepareNext();
                break;
        }
    }

    public override void Lost(CqlConnection from, string reason)
    {
        // The owner is told by the connection itself.
    }

    private void Refused(ErrorBody error)
    {
        if (_step == Step.Startup && error is ProtocolErrorBody)
        {
            connection.VersionRefused = true;
        }

        connection.Close(_step switch
        {
            Step.Startup when connection.VersionRefused => $"protocol v{(int)connection.Version} is refused: {error.Message}",
            Step.Startup => $"STARTUP is refused: {error.Message}",
            Step.Authenticate => $"authentication failed: {error.Message}",
            Step.Prepare => $"'{options.Statements[_statement].Name}' cannot be prepared: {error.Message}",
            _ => $"set-up is refused: {error.Message}",
        });
    }

    private void Started(in Envelope answer)
    {
        if (connection.Version == ProtocolVersion.V5)
        {
            connection.UseSegments();
        }

        if (answer.Opcode == Opcode.Ready)
        {
            Identify();
            return;
        }

        Require(answer, Opcode.Authenticate);
        if (options.Username is null || options.Password is null)
        {
            connection.Close("the cluster asks for a password and none is configured");
            return;
        }

        // RFC 4616: an authorization identity, here empty, the user and the password, each after a NUL.
        byte[] token = Encoding.UTF8.GetBytes($"\0{options.Username}\0{options.Password}");
        short stream = Take(Step.Authenticate);
        Requests.AuthResponse(connection.Output, connection.Version, stream, token);
        connection.Flush();
    }

    private void Identify()
    {
        short stream = Take(Step.Identify);
        Requests.Query(connection.Output, connection.Version, stream, WhoAreYou, ConsistencyLevel.One);
        connection.Flush();
    }

    private void Identified(in Envelope answer)
    {
        using CqlRows rows = Responses.ReadRows(answer);
        if (!rows.Read() || rows.IsNull(0))
        {
            connection.Close("the host does not say who it is");
            return;
        }

        connection.Host = new HostId(CqlTypes.ReadUuid(rows.Column(0)));
        if (connection.Purpose.IsControl)
        {
            short stream = Take(Step.Register);
            Requests.Register(connection.Output, connection.Version, stream, s_events);
            connection.Flush();
            return;
        }

        PrepareNext();
    }

    private void PrepareNext()
    {
        if (_statement == options.Statements.Count)
        {
            connection.BecomeReady();
            return;
        }

        short stream = Take(Step.Prepare);
        Requests.Prepare(connection.Output, connection.Version, stream, options.Statements[_statement].Cql);
        connection.Flush();
    }

    private short Take(Step step)
    {
        _step = step;
        return connection.TryTake(this, out short stream)
            ? stream
            : throw new InvalidOperationException("A new connection has free stream ids.");
    }

    private static void Require(in Envelope answer, Opcode expected)
    {
        if (answer.Opcode != expected)
        {
            throw new ProtocolException($"{answer.Opcode} where {expected} was expected");
        }
    }
}
