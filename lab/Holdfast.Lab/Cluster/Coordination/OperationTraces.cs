using Holdfast.Lab.Cluster.Internode;

namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>Which of a coordinator's operations belong to a traced request, and what they ask and are told.</summary>
internal sealed class OperationTraces(NodeProcess process)
{
    private readonly Dictionary<long, RequestTrace> traces = []; // by id alone
    private RequestTrace? current;

    /// <summary>What begins within is a part of this request; of none for null.</summary>
    public void While(RequestTrace? trace, Action begin)
    {
        var outer = current;
        current = trace;
        try
        {
            begin();
        }
        finally
        {
            current = outer;
        }
    }

    public void Begin(long operation)
    {
        if (current is { } trace)
        {
            traces[operation] = trace;
        }
    }

    public void End(long operation)
    {
        if (traces.Count > 0)
        {
            traces.Remove(operation);
        }
    }

    public void Sent(int to, ReplicaRequest request)
    {
        if (traces.Count > 0 && traces.TryGetValue(request.Id, out var trace))
        {
            var further = request is MutationRequest { PassOnTo.Count: var count } ? $", to be passed on to {count} more" : "";
            trace.Add(process.Life.Now, IsOwn(to)
                ? $"Executing {Name(request.Verb)} locally"
                : $"Sending {Name(request.Verb)} message to {Address(to)}{further}");
        }
    }

    public void Received(int from, ReplicaResponse response)
    {
        if (traces.Count > 0 && traces.TryGetValue(response.Id, out var trace))
        {
            var name = Name(response.Verb);
            trace.Add(process.Life.Now, IsOwn(from) ? $"{name} locally" : $"{name} message received from {Address(from)}");
        }
    }

    private bool IsOwn(int node) => node == process.Node.Index;

    private string Address(int node) => $"/{process.NodeOf(node).Address.Address}:7000";

    private static string Name(Verb verb) => verb switch
    {
        Verb.Mutation => "MUTATION_REQ",
        Verb.MutationResponse => "MUTATION_RSP",
        Verb.Read => "READ_REQ",
        Verb.ReadResponse => "READ_RSP",
        Verb.ReadRepair => "READ_REPAIR_REQ",
        Verb.ReadRepairResponse => "READ_REPAIR_RSP",
        Verb.RangeRead => "RANGE_REQ",
        Verb.RangeReadResponse => "RANGE_RSP",
        Verb.Truncate => "TRUNCATE_REQ",
        Verb.TruncateResponse => "TRUNCATE_RSP",
        Verb.RequestFailure => "FAILURE_RSP",
        _ => verb.ToString(),
    };
}
