using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>
/// A question to a replica: it is answered under its id, and a replica that comes to it after the asker gave up drops it,
/// as Cassandra does, so that a paused replica does not apply minutes of old mutations when it wakes.
/// </summary>
internal abstract record ReplicaRequest(long Id, TimeSpan ExpiresAt) : InternodeMessage;

internal abstract record ReplicaResponse(long Id) : InternodeMessage;

/// <param name="Id">The operation's.</param>
/// <param name="ExpiresAt">When its coordinator gives up.</param>
/// <param name="Mutation">To be applied.</param>
/// <param name="PassOnTo">The other replicas of the receiver's data centre; null when it is sent to each.</param>
/// <param name="ReplyTo">The coordinator, where another replica passed it on.</param>
internal sealed record MutationRequest(
    long Id, TimeSpan ExpiresAt, Mutation Mutation, IReadOnlyList<int>? PassOnTo = null, int? ReplyTo = null) : ReplicaRequest(Id, ExpiresAt)
{
    public override Verb Verb => Verb.Mutation;
}

internal sealed record MutationResponse(long Id) : ReplicaResponse(Id)
{
    public override Verb Verb => Verb.MutationResponse;
}

/// <summary>All data, or only its digest, to compare.</summary>
internal sealed record ReadRequest(long Id, TimeSpan ExpiresAt, ReadCommand Command, bool DigestOnly) : ReplicaRequest(Id, ExpiresAt)
{
    public override Verb Verb => Verb.Read;
}

internal sealed record ReadResponse(long Id, ulong Digest, PartitionData? Data) : ReplicaResponse(Id)
{
    public override Verb Verb => Verb.ReadResponse;
}

internal sealed record ReadRepairRequest(long Id, TimeSpan ExpiresAt, Mutation Mutation) : ReplicaRequest(Id, ExpiresAt)
{
    public override Verb Verb => Verb.ReadRepair;
}

internal sealed record ReadRepairResponse(long Id) : ReplicaResponse(Id)
{
    public override Verb Verb => Verb.ReadRepairResponse;
}

internal sealed record HintRequest(long Id, TimeSpan ExpiresAt, Mutation Mutation) : ReplicaRequest(Id, ExpiresAt)
{
    public override Verb Verb => Verb.Hint;
}

internal sealed record HintResponse(long Id) : ReplicaResponse(Id)
{
    public override Verb Verb => Verb.HintResponse;
}

/// <summary>The replica refused: its disk is full, it met too many tombstones.</summary>
internal sealed record FailureResponse(long Id, FailureReason Reason) : ReplicaResponse(Id)
{
    public override Verb Verb => Verb.RequestFailure;
}
