using System.Net;

namespace Holdfast.Lab.Protocol.Responses;

/// <summary>An ERROR, with what its code adds to the message (section 9).</summary>
internal record ErrorResponse(ErrorCode Code, string Message) : Response(Opcode.Error);

internal sealed record UnavailableError(string Message, ConsistencyLevel Level, int Required, int Alive)
    : ErrorResponse(ErrorCode.Unavailable, Message);

/// <param name="Message">The text.</param>
/// <param name="Level">Asked for.</param>
/// <param name="Received">Replicas that answered.</param>
/// <param name="BlockFor">Replicas that had to.</param>
/// <param name="WriteType">SIMPLE, BATCH, UNLOGGED_BATCH, COUNTER, BATCH_LOG, CAS, VIEW or CDC.</param>
/// <param name="Contentions">For CAS in v5: how often the write met another.</param>
internal sealed record WriteTimeoutError(
    string Message, ConsistencyLevel Level, int Received, int BlockFor, string WriteType = "SIMPLE", int Contentions = 0)
    : ErrorResponse(ErrorCode.WriteTimeout, Message);

/// <summary>v4 does not know it, and is told of a timeout of a CAS write in its place.</summary>
internal sealed record CasWriteUnknownError(string Message, ConsistencyLevel Level, int Received, int BlockFor)
    : ErrorResponse(ErrorCode.CasWriteUnknown, Message);

internal sealed record FunctionFailureError(string Message, string Keyspace, string Function, IReadOnlyList<string> ArgumentTypes)
    : ErrorResponse(ErrorCode.FunctionFailure, Message);

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
