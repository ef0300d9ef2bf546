using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>All that a node holds of one table.</summary>
internal sealed record RangeReadRequest(long Id, TimeSpan ExpiresAt, Guid Table) : ReplicaRequest(Id, ExpiresAt)
{
    public override Verb Verb => Verb.RangeRead;
}

internal sealed record RangeReadResponse(long Id, IReadOnlyList<PartitionData> Partitions) : ReplicaResponse(Id)
{
    public override Verb Verb => Verb.RangeReadResponse;
}

internal sealed record TruncateRequest(long Id, TimeSpan ExpiresAt, Guid Table) : ReplicaRequest(Id, ExpiresAt)
{
    public override Verb Verb => Verb.Truncate;
}

internal sealed record TruncateResponse(long Id) : ReplicaResponse(Id)
{
    public override Verb Verb => Verb.TruncateResponse;
}

/// <summary>A question to many nodes that needs all of their answers: a TRUNCATE.</summary>
internal sealed class ClusterWideOperation(
    long id,
    IReadOnlyList<int> asked,
    Func<int, RequestError> timedOut,
    Func<int, FailureReason, RequestError> failed,
    Action<IReadOnlyList<ReplicaResponse>, RequestError?> answer) : IReplicaOperation
{
    private readonly SortedDictionary<int, ReplicaResponse> responses = [];
    private Action<IReadOnlyList<ReplicaResponse>, RequestError?>? answer = answer;

    public long Id => id;

    public bool IsOver => answer is null;

    public void Respond(int node, ReplicaResponse response)
    {
        if (response is FailureResponse failure)
        {
            Answer([], failed(node, failure.Reason));
            return;
        }

        responses[node] = response;
        if (responses.Count == asked.Count)
        {
            Answer([.. responses.Values], null);
        }
    }

    public void Expire() => Answer([], timedOut(responses.Count));

    private void Answer(IReadOnlyList<ReplicaResponse> all, RequestError? error)
    {
        var tell = answer;
        answer = null;
        tell?.Invoke(all, error);
    }
}
