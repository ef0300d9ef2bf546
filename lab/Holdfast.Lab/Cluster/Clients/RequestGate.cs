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

    /// <param name="serve">Gets what to call once the request is answered: null, or the error it was answered with.</param>
    /// <param name="refuse">Called instead.</param>
    public void Enter(Action<Action<RequestError?>> serve, Action<RequestError> refuse)
    {
        Requests++;
        if (Refusal() is { } error)
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

    private RequestError? Refusal()
    {
        if (InFlight >= inFlightMax)
        {
            return new NodeOverloaded();
        }

        if (node.Troubles.None)
        {
            return null;
        }

        if (node.Troubles.Any(t => t.AnswersBootstrapping))
        {
            return new NodeBootstrapping();
        }

        if (randomness.Chance(node.Troubles.Share(t => t.OverloadedShare)))
        {
            return new NodeOverloaded();
        }

        return node.Troubles.All.FirstOrDefault(t => t.FailsWith is not null && randomness.Chance(t.FailingShare))?.FailsWith;
    }
}
