using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Faults;

/// <summary>
/// Every error of the protocol for the fault `failing`, by name, in Cassandra's words and with the fields that the failed request
/// would have had. Those that the cluster also gives by itself are made as it makes them.
/// </summary>
internal static class InventedFailures
{
    private static readonly (string Name, Func<FailureFacts, RequestError> Make)[] All =
    [
        ("server-error", _ => new NodeBroken()),
        ("protocol-error", Plain(ErrorCode.ProtocolError, "Invalid or unsupported message")),
        ("bad-credentials", Plain(ErrorCode.BadCredentials, "Provided username lab and/or password are incorrect")),
        ("unavailable", f => new Unavailable(f.Level, f.BlockFor, f.Received)),
        ("overloaded", _ => new NodeOverloaded()),
        ("bootstrapping", _ => new NodeBootstrapping()),
        ("truncate-error", _ => new TruncateFailed("Truncate timed out - received only 0 responses.")),
        ("write-timeout", f => new WriteTimedOut(f.Level, f.Received, f.BlockFor)),
        ("read-timeout", f => new ReadTimedOut(f.Level, f.Received, f.BlockFor, DataPresent: false)),
        ("read-failure", f => new ReadFailed(
            f.Level, f.Received, f.BlockFor, [new(f.Node, FailureReason.ReadTooManyTombstones)], DataPresent: false)),
        ("function-failure", f => new InventedError(
            f.Level, new FunctionFailureError("execution of 'lab.fails[text]' failed: java.lang.RuntimeException", "lab", "fails", ["text"]))),
        ("write-failure", f => new WriteFailed(f.Level, f.Received, f.BlockFor, [new(f.Node, FailureReason.Unknown)])),
        ("cdc-write-failure", Plain(
            ErrorCode.CdcWriteFailure,
            "Rejecting mutation to keyspace lab. Free up space in cdc_raw by processing CDC logs. Total CDC bytes on disk is 4294967296.")),
        ("cas-write-unknown", f => new InventedError(f.Level, new CasWriteUnknownError(
            $"CAS operation result is unknown - proposal accepted by {f.Received} but not a quorum.", f.Level, f.Received, f.BlockFor))),
        ("syntax-error", Plain(ErrorCode.Syntax, "line 1:0 no viable alternative at input 'lab'")),
        ("unauthorized", Plain(ErrorCode.Unauthorized, "User lab has no SELECT permission on <table lab.lab> or any of its parents")),
        ("invalid", Plain(ErrorCode.Invalid, "unconfigured table lab")),
        ("config-error", Plain(ErrorCode.Configuration, "Unable to find compaction strategy class 'Lab'")),
        ("already-exists", f => new InventedError(
            f.Level, new AlreadyExistsError("Cannot add already existing table \"lab\" to keyspace \"lab\"", "lab", "lab"))),
        ("unprepared", f => new InventedError(
            f.Level, new UnpreparedError($"Prepared query with ID {new string('0', 32)} not found", new byte[16]))),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(a => a.Name)];

    public static Func<FailureFacts, RequestError> Named(string name) => All.First(a => a.Name == name).Make;

    private static Func<FailureFacts, RequestError> Plain(ErrorCode code, string message) =>
        f => new InventedError(f.Level, new ErrorResponse(code, message));
}
