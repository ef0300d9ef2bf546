namespace Holdfast.Cql.Health;

/// <summary>
/// The latest few contradicted timeouts, and the requests that the coordinator served last: how many of these, on the same replica sets, while those
/// were under way. A coordinator that is paused or cut off serves none; a healthy one that is short of processor time, or waits for a replica that is,
/// serves most, and would only be missed.
/// </summary>
internal sealed class TimeoutWindow(int capacity, TimeSpan window)
{
    /// <summary>More than any number of served requests that lets so few timeouts count.</summary>
    private const int ServedKept = 256;

    private readonly Timeout[] _timeouts = new Timeout[capacity];
    private readonly Served[] _served = new Served[ServedKept];
    private int _count;
    private int _next;
    private uint _nextServed;

    public TimeSpan Window => window;

    /// <summary>A request that was sent at that time was not answered in time, and another coordinator then served it.</summary>
    public void TimedOut(ReplicaSetId set, TimeSpan sent, TimeSpan now)
    {
        _timeouts[_next] = new Timeout(set, sent, now);
        _next = (_next + 1) % capacity;
        _count = Math.Min(_count + 1, capacity);
    }

    /// <summary>A request was served.</summary>
    public void Answered(ReplicaSetId set, TimeSpan now) => _served[_nextServed++ % ServedKept] = new Served(set, now);

    /// <summary>
    /// How many of the latest timeouts lie within the window before <paramref name="now"/>, and what was served on their replica sets since the
    /// first of these requests was sent.
    /// </summary>
    public (int Timeouts, int Served) Read(TimeSpan now)
    {
        int timeouts = 0;
        TimeSpan since = now;
        for (int i = 0; i < _count; i++)
        {
            if (now - _timeouts[i].At <= window)
            {
                timeouts++;
                since = TimeSpan.FromTicks(Math.Min(since.Ticks, _timeouts[i].Sent.Ticks));
            }
        }

        int served = 0;
        for (uint i = 0; i < Math.Min(_nextServed, ServedKept); i++)
        {
            served += _served[i].At > since && IsTimedOutOn(_served[i].Set, now) ? 1 : 0;
        }

        return (timeouts, served);
    }

    public void Clear() => _count = 0;

    private bool IsTimedOutOn(ReplicaSetId set, TimeSpan now)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_timeouts[i].Set == set && now - _timeouts[i].At <= window)
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct Timeout(ReplicaSetId Set, TimeSpan Sent, TimeSpan At);

    private readonly record struct Served(ReplicaSetId Set, TimeSpan At);
}
