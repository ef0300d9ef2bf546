using Holdfast.Lab.Storage;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>
/// One read at its coordinator: data from the nearest replica and digests from the others; when they differ, the data of all
/// of them, merged, and a blocking repair of those that lacked something, before the client gets its answer.
/// </summary>
internal sealed class ReadOperation(
    long id,
    ConsistencyLevel level,
    ReadCommand command,
    AckCount acks,
    ContactPlan plan,
    ReadOperation.IAsker asker,
    Action<PartitionData?, RequestError?> answer) : IReplicaOperation
{
    private readonly List<(int Node, ReadResponse Response)> responses = new(plan.Contacts.Count);
    private readonly List<ReplicaFailure> failures = [];
    private readonly List<int> contacted = [.. plan.Contacts];
    private List<int> repairing = [];
    private Stage stage;
    private PartitionData? merged;
    private int repaired; // replicas known to hold the merged data
    private Action<PartitionData?, RequestError?>? answer = answer;

    private enum Stage
    {
        Digests,
        Data,
        Repair,
    }

    /// <summary>How the operation reaches replicas again after its first question.</summary>
    internal interface IAsker
    {
        void Ask(ReadOperation operation, int node, ReadCommand command, bool digestOnly);

        void Repair(ReadOperation operation, int node, Mutation mutation);
    }

    public long Id => id;

    public bool IsOver => answer is null;

    public void Respond(int node, ReplicaResponse response)
    {
        switch (response)
        {
            case FailureResponse failure:
                Fail(node, failure.Reason);
                break;
            case ReadRepairResponse when stage == Stage.Repair:
                repaired++;
                AnswerIfRepaired();
                break;
            case ReadResponse read when stage == Stage.Digests:
                Collect(node, read);
                break;
            case ReadResponse { Data: not null } read when stage == Stage.Data && !responses.Exists(r => r.Node == node):
                responses.Add((node, read));
                if (responses.Count == acks.BlockFor)
                {
                    MergeAndRepair();
                }

                break;
            default:
                break; // an answer to a stage that is over
        }
    }

    /// <summary>The replicas asked are slow: one more is asked, if the level leaves one.</summary>
    public void Speculate()
    {
        if (stage == Stage.Repair)
        {
            RepairAnother();
            return;
        }

        if (IsOver || plan.Spare is not { } spare)
        {
            return;
        }

        if (stage == Stage.Digests && !contacted.Contains(spare))
        {
            contacted.Add(spare);
            asker.Ask(this, spare, command, digestOnly: DataPresent);
        }
        else if (stage == Stage.Data && !repairing.Contains(spare))
        {
            repairing.Add(spare);
            asker.Ask(this, spare, command, digestOnly: false);
        }
    }

    /// <summary>
    /// A repair is slow or was refused: another replica holds it in that one's place. Any that this read knows of will do, also one
    /// that was asked at first and was too slow for the digests.
    /// </summary>
    private void RepairAnother()
    {
        IEnumerable<int> known = plan.Spare is { } spare ? plan.Contacts.Append(spare) : plan.Contacts;
        foreach (var node in known.Where(n => !IsOver && !repairing.Contains(n)).Take(1).ToList())
        {
            repairing.Add(node);
            asker.Repair(this, node, new Mutation(command.Table, merged!));
        }
    }

    public void Expire()
    {
        var error = stage == Stage.Digests
            ? new ReadTimedOut(level, acks.ReceivedShort, acks.BlockFor, DataPresent)
            : new ReadTimedOut(level, acks.BlockFor - 1, acks.BlockFor, DataPresent: true);
        Answer(null, error);
    }

    private bool DataPresent => responses.Exists(r => r.Response.Data is not null);

    private void Collect(int node, ReadResponse response)
    {
        responses.Add((node, response));
        acks.Add(node);
        if (!acks.IsMet || !DataPresent)
        {
            return;
        }

        var digest = responses[0].Response.Digest;
        if (responses.TrueForAll(r => r.Response.Digest == digest))
        {
            Answer(responses.Find(r => r.Response.Data is not null).Response.Data, null);
            return;
        }

        stage = Stage.Data;
        repairing = responses.ConvertAll(r => r.Node);
        responses.Clear();
        foreach (var replica in repairing)
        {
            asker.Ask(this, replica, command, digestOnly: false);
        }
    }

    private void MergeAndRepair()
    {
        stage = Stage.Repair;
        var all = responses.ConvertAll(r => r.Response.Data!);
        merged = Reconciler.Merge(all);
        foreach (var (node, response) in responses)
        {
            if (ReadRepair.Difference(merged, response.Data!) is { } missing)
            {
                asker.Repair(this, node, new Mutation(command.Table, missing));
            }
            else
            {
                repaired++;
            }
        }

        AnswerIfRepaired();
    }

    private void AnswerIfRepaired()
    {
        if (repaired >= acks.BlockFor)
        {
            Answer(merged, null);
        }
    }

    private void Fail(int node, FailureReason reason)
    {
        if (stage == Stage.Repair)
        {
            RepairAnother(); // its disk is full: another replica may hold the repair in its place
            return;
        }

        failures.Add(new ReplicaFailure(node, reason));
        var silent = contacted.Where(n => !responses.Exists(r => r.Node == n) && !failures.Exists(f => f.Node == n)).ToList();
        if (!acks.CouldBeMetBy(silent))
        {
            Answer(null, new ReadFailed(level, acks.Received, acks.BlockFor, failures, DataPresent));
        }
    }

    private void Answer(PartitionData? data, RequestError? error)
    {
        var tell = answer;
        answer = null;
        tell?.Invoke(data, error);
    }
}
