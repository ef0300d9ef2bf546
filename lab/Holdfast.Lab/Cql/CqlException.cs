using Holdfast.Lab.Protocol;

namespace Holdfast.Lab.Cql;

/// <summary>
/// A statement was refused: what Cassandra would answer, ready to be sent. Everything in this folder that judges a
/// client's input throws this and nothing else; the coordinator catches it in one place.
/// </summary>
internal sealed class CqlException : Exception
{
    private CqlException(ErrorCode code, string message, string keyspace = "", string table = "")
        : base(message)
    {
        Code = code;
        Keyspace = keyspace;
        Table = table;
    }

    /// <summary>The error code for the ERROR frame.</summary>
    public ErrorCode Code { get; }

    /// <summary>For <see cref="ErrorCode.AlreadyExists"/>: the keyspace.</summary>
    public string Keyspace { get; }

    /// <summary>For <see cref="ErrorCode.AlreadyExists"/>: the table, empty when the keyspace itself exists.</summary>
    public string Table { get; }

    public static CqlException Syntax(string message) => new(ErrorCode.Syntax, message);

    public static CqlException Invalid(string message) => new(ErrorCode.Invalid, message);

    /// <summary>What was sent cannot be meant: no fault of the statement.</summary>
    public static CqlException Protocol(string message) => new(ErrorCode.ProtocolError, message);

    public static CqlException Configuration(string message) => new(ErrorCode.Configuration, message);

    public static CqlException Unauthorized(string message) => new(ErrorCode.Unauthorized, message);

    public static CqlException KeyspaceExists(string keyspace) =>
        new(ErrorCode.AlreadyExists, $"Cannot add existing keyspace \"{keyspace}\"", keyspace);

    public static CqlException TableExists(string keyspace, string table) =>
        new(
            ErrorCode.AlreadyExists,
            $"Cannot add already existing table \"{table}\" to keyspace \"{keyspace}\"",
            keyspace, table);
}
