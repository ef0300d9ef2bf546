using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Replicas;

/// <summary>One process's part as replica: applies mutations to its node's store and answers reads from it.</summary>
internal sealed class ReplicaService(NodeProcess process)
{
    public long Dropped { get; private set; }

    public void Handle(int from, ReplicaRequest request)
    {
        if (process.Life.Now > request.ExpiresAt)
        {
            Dropped++; // the asker has given up; a late mutation comes back as a hint or by repair
            return;
        }

        if (request is not MutationRequest mutation)
        {
            process.Send(from, Answer(request));
            return;
        }

        foreach (var other in mutation.PassOnTo ?? [])
        {
            process.Send(other, mutation with { PassOnTo = null, ReplyTo = from });
        }

        process.Send(mutation.ReplyTo ?? from, Answer(request));
    }

    private ReplicaResponse Answer(ReplicaRequest request) => request switch
    {
        MutationRequest mutation => Apply(mutation.Id, mutation.Mutation, new MutationResponse(mutation.Id)),
        ReadRepairRequest repair => Apply(repair.Id, repair.Mutation, new ReadRepairResponse(repair.Id)),
        HintRequest hint => Apply(hint.Id, hint.Mutation, new HintResponse(hint.Id)),
        ReadRequest read => Read(read),
        RangeReadRequest scan => new RangeReadResponse(scan.Id, [.. process.Node.Disk.Store.Scan(scan.Table)]),
        TruncateRequest truncate => process.Node.Disk.Store.Truncate(truncate.Table) == WriteOutcome.Applied
            ? new TruncateResponse(truncate.Id)
            : new FailureResponse(truncate.Id, FailureReason.Unknown),
        _ => throw new ArgumentException($"not for a replica: {request.Verb}", nameof(request)),
    };

    private ReplicaResponse Apply(long id, Mutation mutation, ReplicaResponse done) =>
        process.Node.Disk.Store.Apply(mutation, process.Life.Now) == WriteOutcome.Applied
            ? done
            : new FailureResponse(id, FailureReason.Unknown);

    private ReadResponse Read(ReadRequest read)
    {
        var (table, key) = (read.Command.Table, read.Command.Key);
        var data = process.Node.Disk.Store.Read(table, key) ?? PartitionData.Empty(key);
        return new ReadResponse(read.Id, data.Digest, read.DigestOnly ? null : data);
    }
}
