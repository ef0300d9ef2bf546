using System.Net;

namespace Holdfast.Cql.Protocol;

/// <summary>An ERROR of the server, with the fields of its code (section 9 of the v4, 8 of the v5 specification).</summary>
/// <param name="Message">The server's words.</param>
internal abstract record ErrorBody(string Message);

internal sealed record ServerErrorBody(string Message) : ErrorBody(Message);

internal sealed record ProtocolErrorBody(string Message) : ErrorBody(Message);

internal sealed record BadCredentialsBody(string Message) : ErrorBody(Message);

internal sealed record UnavailableBody(string Message, ConsistencyLevel Level, int Required, int Alive) : ErrorBody(Message);

internal sealed record OverloadedBody(string Message) : ErrorBody(Message);

internal sealed record IsBootstrappingBody(string Message) : ErrorBody(Message);

internal sealed record TruncateErrorBody(string Message) : ErrorBody(Message);

/// <param name="Message">The server's words.</param>
/// <param name="Level">The level asked for.</param>
/// <param name="Received">Replicas that answered.</param>
/// <param name="Required">Replicas that had to.</param>
/// <param name="WriteType">SIMPLE, BATCH …</param>
/// <param name="Contentions">For a CAS in v5; null otherwise.</param>
internal sealed record WriteTimeoutBody(
    string Message, ConsistencyLevel Level, int Received, int Required, string WriteType, int? Contentions) : ErrorBody(Message);

internal sealed record ReadTimeoutBody(
    string Message, ConsistencyLevel Level, int Received, int Required, bool DataPresent) : ErrorBody(Message);

/// <param name="Message">The server's words.</param>
/// <param name="Level">The level asked for.</param>
/// <param name="Received">Replicas that answered.</param>
/// <param name="Required">Replicas that had to.</param>
/// <param name="Failures">Replicas that failed.</param>
/// <param name="Reasons">By replica why (v5); empty in v4.</param>
/// <param name="DataPresent">Whether the replica asked for data answered.</param>
internal sealed record ReadFailureBody(
    string Message, ConsistencyLevel Level, int Received, int Required, int Failures,
    IReadOnlyList<KeyValuePair<IPAddress, int>> Reasons, bool DataPresent) : ErrorBody(Message);

internal sealed record WriteFailureBody(
    string Message, ConsistencyLevel Level, int Received, int Required, int Failures,
    IReadOnlyList<KeyValuePair<IPAddress, int>> Reasons, string WriteType) : ErrorBody(Message);

internal sealed record FunctionFailureBody(string Message, string Keyspace, string Function, IReadOnlyList<string> Arguments)
    : ErrorBody(Message);

internal sealed record CdcWriteFailureBody(string Message) : ErrorBody(Message);

internal sealed record CasWriteUnknownBody(string Message, ConsistencyLevel Level, int Received, int Required) : ErrorBody(Message);

internal sealed record SyntaxErrorBody(string Message) : ErrorBody(Message);

internal sealed record UnauthorizedBody(string Message) : ErrorBody(Message);

internal sealed record InvalidBody(string Message) : ErrorBody(Message);

internal sealed record ConfigErrorBody(string Message) : ErrorBody(Message);

internal sealed record AlreadyExistsBody(string Message, string Keyspace, string Table) : ErrorBody(Message);

internal sealed record UnpreparedBody(string Message, byte[] Id) : ErrorBody(Message);

/// <summary>A code that neither specification has.</summary>
internal sealed record UnknownErrorBody(string Message, int Code) : ErrorBody(Message);
