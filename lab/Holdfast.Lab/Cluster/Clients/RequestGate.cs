using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster.Clients;

/// <summary>
/// Where every client request enters a process: the node's limit and its troubles decide whether and when it goes on. What
/// the gate refuses reached no replica.
/// </summary>
internal sealed class RequestGate(Node node, Lifeline life, int inFlightMax, Randomness randomness)
{
    public int InFlight { get; private set; }

    public long Requests { get; private set; }

    public long Errors { get; private set; }

    /// <param name="facts">What the request asks for; only asked when an error has to look like its own.</param>
    /// <param name="serve">Gets what to call once the request is answered: null, or the error it was answered with.</param>
    /// <param name="refuse">Called instead.</param>
    public void Enter(Func<RequestFacts> facts, Action<Action<RequestError?>> serve, Action<RequestError> refuse)
    {
        Requests++;
        if (Refusal(facts) is { } error)
        {
            Errors++;
            refuse(error);
            return;
        }

        InFlight++;
        var delay = node.Troubles.None ? TimeSpan.Zero : node.Troubles.DrawDelay(randomness);
        if (delay == TimeSpan.Zero)
        {
            serve(Leave);
        }
        else
        {
            life.After(delay, () => serve(Leave));
        }
    }

    private void Leave(RequestError? error)
    {
        InFlight--;
        Errors += error is null ? 0 : 1;
    }

    private RequestError Fail(Func<FailureFacts, RequestError> with, RequestFacts facts) =>
        with(new FailureFacts(facts.Level, facts.BlockFor(node.Datacenter), node.Index));

    private RequestError? Refusal(Func<RequestFacts> facts)
    {
        if (InFlight >= inFlightMax)
        {
            return new NodeOverloaded();
        }

        if (node.Troubles.None)
        {
            return null;
        }

        if (randomness.Chance(node.Troubles.Share(t => t.OverloadedShare)))
        {
            return new NodeOverloaded();
        }

        var failing = node.Troubles.All.FirstOrDefault(t => t.FailsWith is not null && randomness.Chance(t.FailingShare));
        return failing is null ? null : Fail(failing.FailsWith!, facts());
    }
}
