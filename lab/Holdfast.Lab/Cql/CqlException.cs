namespace Holdfast.Lab.Cql;

/// <summary>
/// A statement was refused: what Cassandra would answer, ready to be sent. Everything in this folder that judges a
/// client's input throws this and nothing else; the coordinator catches it in one place.
/// </summary>
internal sealed class CqlException : Exception
{
    private CqlException(CqlErrorCode code, string message, string keyspace = "", string table = "")
        : base(message)
    {
        Code = code;
        Keyspace = keyspace;
        Table = table;
    }

    /// <summary>The error code for the ERROR frame.</summary>
    public CqlErrorCode Code { get; }

    /// <summary>For <see cref="CqlErrorCode.AlreadyExists"/>: the keyspace.</summary>
    public string Keyspace { get; }

    /// <summary>For <see cref="CqlErrorCode.AlreadyExists"/>: the table, empty when the keyspace itself exists.</summary>
    public string Table { get; }

    public static CqlException Syntax(string message) => new(CqlErrorCode.Syntax, message);

    public static CqlException Invalid(string message) => new(CqlErrorCode.Invalid, message);

    public static CqlException Configuration(string message) => new(CqlErrorCode.Configuration, message);

    public static CqlException Unauthorized(string message) => new(CqlErrorCode.Unauthorized, message);

    public static CqlException KeyspaceExists(string keyspace) =>
        new(CqlErrorCode.AlreadyExists, $"Cannot add existing keyspace \"{keyspace}\"", keyspace);

    public static CqlException TableExists(string keyspace, string table) =>
        new(
            CqlErrorCode.AlreadyExists,
            $"Cannot add already existing table \"{table}\" to keyspace \"{keyspace}\"",
            keyspace, table);
}
