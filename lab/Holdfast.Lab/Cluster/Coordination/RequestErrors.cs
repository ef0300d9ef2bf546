using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>How a request failed, with the fields that the protocol carries; the front end puts it into a frame.</summary>
internal abstract record RequestError(ConsistencyLevel Level)
{
    public abstract string Message { get; }
}

/// <summary>Decided from the coordinator's own view before anything is sent. A data centre only where each is counted.</summary>
internal sealed record Unavailable(ConsistencyLevel Level, int Required, int Alive, string? Datacenter = null) : RequestError(Level)
{
    public override string Message => Datacenter is null
        ? $"Cannot achieve consistency level {Level.CqlName()}"
        : $"Cannot achieve consistency level {Level.CqlName()} in DC {Datacenter}";
}

internal sealed record WriteTimedOut(ConsistencyLevel Level, int Received, int BlockFor) : RequestError(Level)
{
    public override string Message => $"Operation timed out - received only {Received} responses.";
}

internal sealed record ReadTimedOut(ConsistencyLevel Level, int Received, int BlockFor, bool DataPresent) : RequestError(Level)
{
    public override string Message => $"Operation timed out - received only {Received} responses.";
}

/// <summary>Why a replica refused, by node: v5 sends the map, v4 the number.</summary>
internal sealed record ReplicaFailure(int Node, FailureReason Reason);

internal enum FailureReason
{
    Unknown = 0,
    ReadTooManyTombstones = 1,
    Timeout = 2,
    IncompatibleSchema = 3,
}

internal sealed record WriteFailed(ConsistencyLevel Level, int Received, int BlockFor, IReadOnlyList<ReplicaFailure> Failures)
    : RequestError(Level)
{
    public override string Message => $"Operation failed - received {Received} responses and {Failures.Count} failures";
}

internal sealed record ReadFailed(
    ConsistencyLevel Level, int Received, int BlockFor, IReadOnlyList<ReplicaFailure> Failures, bool DataPresent) : RequestError(Level)
{
    public override string Message => $"Operation failed - received {Received} responses and {Failures.Count} failures";
}

internal sealed record NodeOverloaded() : RequestError(ConsistencyLevel.Any)
{
    public override string Message => "Server is in overloaded state. Cannot accept more requests at this point";
}

internal sealed record NodeBroken() : RequestError(ConsistencyLevel.Any)
{
    public override string Message => "java.lang.NullPointerException";
}

internal sealed record NodeBootstrapping() : RequestError(ConsistencyLevel.Any)
{
    public override string Message => "Cannot read from a bootstrapping node";
}

/// <summary>An error that nothing caused, as its frame is to be.</summary>
internal sealed record InventedError(ConsistencyLevel Level, ErrorResponse Response) : RequestError(Level)
{
    public override string Message => Response.Message;
}

internal sealed record TruncateFailed(string Text) : RequestError(ConsistencyLevel.All)
{
    public override string Message => Text;
}
