using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Cluster.Coordination;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster;

/// <summary>
/// What is wrong with a node's service, as data: a fault adds one and later takes off that one, so that faults overlap freely.
/// Shares are probabilities per request or answer.
/// </summary>
internal sealed record Trouble
{
    /// <summary>Every request and replica question waits this long, plus an exponential tail.</summary>
    public TimeSpan DelayFloor { get; init; }

    public TimeSpan DelayTail { get; init; }

    public double OverloadedShare { get; init; }

    public bool AnswersBootstrapping { get; init; }

    /// <summary>What requests are answered with instead of being served; null for nothing.</summary>
    public Func<FailureFacts, RequestError>? FailsWith { get; init; }

    public double FailingShare { get; init; }

    public double UnpreparedShare { get; init; }

    public bool RefusesCredentials { get; init; }

    /// <summary>Accepts connections and takes bytes, and never answers.</summary>
    public bool HalfOpen { get; init; }

    public double ResetShare { get; init; }

    /// <summary>Answers leave this much later than they were ready.</summary>
    public TimeSpan AnswersLateBy { get; init; }

    public double LateShare { get; init; } = 1;

    /// <summary>Answers leave with a byte flipped: on v5 the checksum does not hold.</summary>
    public double CorruptShare { get; init; }

    /// <summary>Answers are cut in the middle and the connection is closed.</summary>
    public double TruncateShare { get; init; }

    /// <summary>Takes no schema from others and tells its own version.</summary>
    public bool DisagreesOnSchema { get; init; }
}

/// <summary>The troubles of one node, in the order in which they came.</summary>
internal sealed class TroubleList
{
    private readonly List<Trouble> troubles = [];

    public IReadOnlyList<Trouble> All => troubles;

    public bool None => troubles.Count == 0;

    public void Add(Trouble trouble) => troubles.Add(trouble);

    public void Remove(Trouble trouble)
    {
        var index = troubles.FindIndex(t => ReferenceEquals(t, trouble));
        if (index >= 0)
        {
            troubles.RemoveAt(index);
        }
    }

    public bool Any(Func<Trouble, bool> has) => troubles.Exists(t => has(t));

    public double Share(Func<Trouble, double> of) => troubles.Count == 0 ? 0 : troubles.Max(of);

    public TimeSpan DrawDelay(Randomness randomness)
    {
        var delay = TimeSpan.Zero;
        foreach (var trouble in troubles)
        {
            delay += trouble.DelayFloor;
            if (trouble.DelayTail > TimeSpan.Zero)
            {
                delay += randomness.Exponential(trouble.DelayTail);
            }
        }

        return delay;
    }
}
