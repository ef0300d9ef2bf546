using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Cql;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>Failures as the protocol tells them.</summary>
internal static class ErrorTranslation
{
    public static ErrorResponse ToResponse(CqlException refused) => refused.Code == ErrorCode.AlreadyExists
        ? new AlreadyExistsError(refused.Message, refused.Keyspace, refused.Table)
        : new ErrorResponse(refused.Code, refused.Message);

    public static ErrorResponse ToResponse(RequestError error, NodeProcess process)
    {
        return error switch
        {
            Unavailable e => new UnavailableError(e.Message, e.Level, e.Required, e.Alive),
            WriteTimedOut e => new WriteTimeoutError(e.Message, e.Level, e.Received, e.BlockFor),
            ReadTimedOut e => new ReadTimeoutError(e.Message, e.Level, e.Received, e.BlockFor, e.DataPresent),
            WriteFailed e => new WriteFailureError(Named(e.Message, e.Failures), e.Level, e.Received, e.BlockFor, Replicas(e.Failures)),
            ReadFailed e => new ReadFailureError(
                Named(e.Message, e.Failures), e.Level, e.Received, e.BlockFor, Replicas(e.Failures), e.DataPresent),
            NodeOverloaded => new ErrorResponse(ErrorCode.Overloaded, error.Message),
            NodeBroken => new ErrorResponse(ErrorCode.ServerError, error.Message),
            NodeBootstrapping => new ErrorResponse(ErrorCode.IsBootstrapping, error.Message),
            InventedError e => e.Response,
            TruncateFailed => new ErrorResponse(ErrorCode.TruncateError, error.Message),
            _ => throw new ArgumentException($"no frame for {error.GetType().Name}", nameof(error)),
        };

        string Named(string message, IReadOnlyList<ReplicaFailure> failures) => message + ": "
            + string.Join(", ", failures.Select(f => $"{NameOf(f.Reason)} from /{process.NodeOf(f.Node).Address.Address}:7000"));

        // The enum of Cassandra's own exceptions, which its message spells out.
        static string NameOf(FailureReason reason) => reason switch
        {
            FailureReason.ReadTooManyTombstones => "READ_TOO_MANY_TOMBSTONES",
            FailureReason.Timeout => "TIMEOUT",
            FailureReason.IncompatibleSchema => "INCOMPATIBLE_SCHEMA",
            _ => "UNKNOWN",
        };

        List<FailedReplica> Replicas(IReadOnlyList<ReplicaFailure> failures) =>
            [.. failures.Select(f => new FailedReplica(process.NodeOf(f.Node).Address.Address, (ushort)f.Reason))];
    }
}
