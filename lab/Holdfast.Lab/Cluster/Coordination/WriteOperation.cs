using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>
/// One write at its coordinator. It outlives its answer: at the write timeout, every replica that has not acknowledged gets a
/// hint, whether or not the client was told of success.
/// </summary>
internal sealed class WriteOperation(
    long id,
    ConsistencyLevel level,
    Mutation mutation,
    AckCount acks,
    IReadOnlyList<int> contacted,
    Action<RequestError?> answer) : IReplicaOperation
{
    private readonly List<int> silent = [.. contacted];
    private readonly List<int> acknowledged = new(contacted.Count);
    private readonly List<ReplicaFailure> failures = [];
    private Action<RequestError?>? answer = answer;

    public long Id => id;

    public Mutation Mutation => mutation;

    public ConsistencyLevel Level => level;

    public IReadOnlyList<int> Silent => silent;

    public IReadOnlyList<int> Acknowledged => acknowledged;

    public bool Succeeded { get; private set; }

    /// <summary>Answered, and nobody left to hear from.</summary>
    public bool IsOver => silent.Count == 0 && answer is null;

    public void Respond(int node, ReplicaResponse response)
    {
        if (!silent.Remove(node))
        {
            return;
        }

        if (response is FailureResponse failure)
        {
            Fail(node, failure.Reason);
            return;
        }

        acknowledged.Add(node);
        acks.Add(node);
        if (acks.IsMet)
        {
            Answer(null);
        }
    }

    /// <summary>At ANY, a hint counts as an answer.</summary>
    public void CountHint(int node)
    {
        acks.Add(node);
        if (acks.IsMet)
        {
            Answer(null);
        }
    }

    public void Expire() => Answer(new WriteTimedOut(level, acks.ReceivedShort, acks.BlockFor));

    private void Fail(int node, FailureReason reason)
    {
        if (acks.Counts(node))
        {
            failures.Add(new ReplicaFailure(node, reason));
        }

        if (!acks.IsMet && !acks.CouldBeMetBy(silent))
        {
            Answer(new WriteFailed(level, acks.Received, acks.BlockFor, failures));
        }
    }

    private void Answer(RequestError? error)
    {
        var tell = answer;
        answer = null;
        Succeeded |= tell is not null && error is null;
        tell?.Invoke(error);
    }
}
