namespace Holdfast.Cql.Execution;

/// <summary>
/// Token ranges that nobody can serve. Where three coordinators agree that a replica set has no quorum, further requests
/// for it fail at once, but for one trial a second that finds out when it is back.
/// </summary>
internal sealed class RangeBreaker
{
    /// <summary>Coordinators that must agree; with fewer usable, all of them.</summary>
    public const int Agreement = 3;

    /// <summary>Between two trials.</summary>
    public static readonly TimeSpan TrialInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ReplicaSetId, TimeSpan> _nextTrial = [];

    /// <summary>Ranges that fail fast now.</summary>
    public int Open => _nextTrial.Count;

    /// <summary>One request found that every coordinator it asked answered Unavailable.</summary>
    /// <param name="set">The replica set of its key.</param>
    /// <param name="agreed">How many coordinators said so.</param>
    /// <param name="usable">How many could have been asked.</param>
    /// <param name="now">The present moment.</param>
    public void Refused(ReplicaSetId set, int agreed, int usable, TimeSpan now)
    {
        if (agreed > 0 && agreed >= Math.Min(Agreement, usable))
        {
            _nextTrial[set] = now + TrialInterval;
        }
    }

    /// <summary>Somebody served the range.</summary>
    public void Served(ReplicaSetId set)
    {
        if (_nextTrial.Count > 0)
        {
            _nextTrial.Remove(set);
        }
    }

    /// <summary>False when a request for the range should fail at once; true for all others, and for the trial.</summary>
    public bool MayTry(ReplicaSetId set, TimeSpan now)
    {
        if (_nextTrial.Count == 0 || !_nextTrial.TryGetValue(set, out TimeSpan trial))
        {
            return true;
        }

        if (now < trial)
        {
            return false;
        }

        _nextTrial[set] = now + TrialInterval;
        return true;
    }

    /// <summary>The ring changed: replica sets have new numbers.</summary>
    public void Clear() => _nextTrial.Clear();
}
