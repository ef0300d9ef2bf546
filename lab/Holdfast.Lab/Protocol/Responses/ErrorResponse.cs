using System.Net;

namespace Holdfast.Lab.Protocol.Responses;

/// <summary>An ERROR, with what its code adds to the message (section 9).</summary>
internal record ErrorResponse(ErrorCode Code, string Message) : Response(Opcode.Error);

internal sealed record UnavailableError(string Message, ConsistencyLevel Level, int Required, int Alive)
    : ErrorResponse(ErrorCode.Unavailable, Message);

internal sealed record WriteTimeoutError(string Message, ConsistencyLevel Level, int Received, int BlockFor, string WriteType = "SIMPLE")
    : ErrorResponse(ErrorCode.WriteTimeout, Message);

internal sealed record ReadTimeoutError(string Message, ConsistencyLevel Level, int Received, int BlockFor, bool DataPresent)
    : ErrorResponse(ErrorCode.ReadTimeout, Message);

/// <summary>v4 says how many replicas failed, v5 which and why.</summary>
internal sealed record FailedReplica(IPAddress Address, ushort Reason);

internal sealed record WriteFailureError(
    string Message, ConsistencyLevel Level, int Received, int BlockFor, IReadOnlyList<FailedReplica> Failures, string WriteType = "SIMPLE")
    : ErrorResponse(ErrorCode.WriteFailure, Message);

internal sealed record ReadFailureError(
    string Message, ConsistencyLevel Level, int Received, int BlockFor, IReadOnlyList<FailedReplica> Failures, bool DataPresent)
    : ErrorResponse(ErrorCode.ReadFailure, Message);

internal sealed record AlreadyExistsError(string Message, string Keyspace, string Table)
    : ErrorResponse(ErrorCode.AlreadyExists, Message);

internal sealed record UnpreparedError(string Message, byte[] Id) : ErrorResponse(ErrorCode.Unprepared, Message);
