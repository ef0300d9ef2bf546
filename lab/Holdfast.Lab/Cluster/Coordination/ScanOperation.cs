using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>
/// A scan of a table at its coordinator: the replicas are asked for all they hold, and every range of the ring counts the
/// answers of its own replicas by the level. It is over when the last range has enough, whoever has not answered yet.
/// </summary>
internal sealed class ScanOperation(
    long id, ConsistencyLevel level, IReadOnlyList<ScannedRange> ranges, Action<IEnumerable<PartitionData>, RequestError?> answer)
    : IReplicaOperation
{
    private readonly SortedDictionary<int, RangeReadResponse> responses = [];
    private readonly List<ReplicaFailure> failures = [];
    private Action<IEnumerable<PartitionData>, RequestError?>? answer = answer;

    public long Id => id;

    public bool IsOver => answer is null;

    public void Respond(int node, ReplicaResponse response)
    {
        if (response is FailureResponse failure)
        {
            failures.Add(new ReplicaFailure(node, failure.Reason));
            Fail(node);
        }
        else if (response is RangeReadResponse read && responses.TryAdd(node, read))
        {
            Count(node);
        }
    }

    public void Expire()
    {
        var worst = ranges.Where(r => !r.Acks.IsMet).MinBy(r => r.Acks.Received);
        if (worst is not null)
        {
            Answer([], new ReadTimedOut(level, worst.Acks.ReceivedShort, worst.Acks.BlockFor, worst.Acks.Received > 0));
        }
    }

    private void Count(int node)
    {
        foreach (var range in ranges)
        {
            if (range.Replicas.Contains(node))
            {
                range.Acks.Add(node);
            }
        }

        if (ranges.All(r => r.Acks.IsMet))
        {
            Answer(
                responses.Values.SelectMany(r => r.Partitions).GroupBy(p => p.Key).Select(g => Reconciler.Merge([.. g])).OrderBy(p => p.Key),
                null);
        }
    }

    /// <summary>The first range that can no longer get what it needs ends the scan.</summary>
    private void Fail(int node)
    {
        foreach (var range in ranges.Where(r => r.Replicas.Contains(node) && !r.Acks.IsMet))
        {
            var silent = range.Replicas.Where(n => !responses.ContainsKey(n) && !failures.Exists(f => f.Node == n)).ToList();
            if (!range.Acks.CouldBeMetBy(silent))
            {
                var own = failures.FindAll(f => range.Replicas.Contains(f.Node));
                Answer([], new ReadFailed(level, range.Acks.Received, range.Acks.BlockFor, own, range.Acks.Received > 0));
                return;
            }
        }
    }

    private void Answer(IEnumerable<PartitionData> partitions, RequestError? error)
    {
        var tell = answer;
        answer = null;
        tell?.Invoke(partitions, error);
    }
}

/// <param name="Replicas">Those asked, of one range.</param>
/// <param name="Acks">Their answers.</param>
internal sealed record ScannedRange(IReadOnlyList<int> Replicas, AckCount Acks);
