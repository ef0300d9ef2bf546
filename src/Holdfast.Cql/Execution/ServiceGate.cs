namespace Holdfast.Cql.Execution;

/// <summary>What a request should do while nobody can serve a quorum.</summary>
public enum GateDecision
{
    /// <summary>Go on: coordinators serve, or nobody knows otherwise.</summary>
    Proceed,

    /// <summary>Wait until <see cref="ServiceGate"/> opens or the deadline passes.</summary>
    Wait,

    /// <summary>Fail now: it has been long enough.</summary>
    FailFast,
}

/// <summary>
/// The last line of defence. One failed read logs a user out for good, so for the first seconds without a quorum requests
/// wait, bounded in number and bytes; after that they fail fast, and never as 'not found'.
/// </summary>
internal sealed class ServiceGate(int waitersMax, long waitingBytesMax)
{
    /// <summary>How long requests are worth parking for.</summary>
    public static readonly TimeSpan ParkFor = TimeSpan.FromSeconds(5);

    private TimeSpan? _closedSince;

    public int Waiters { get; private set; }

    public long WaitingBytes { get; private set; }

    /// <summary>True from the first request that nobody could serve until the next success.</summary>
    public bool IsClosed => _closedSince is not null;

    /// <summary>A request or a probe succeeded somewhere; true when that ended an outage.</summary>
    public bool Succeeded()
    {
        bool ended = IsClosed;
        _closedSince = null;
        return ended;
    }

    /// <summary>A request was refused by every coordinator there is; true when that began an outage, to be said once.</summary>
    public bool NobodyServed(TimeSpan now)
    {
        bool began = !IsClosed;
        _closedSince ??= now;
        return began;
    }

    /// <summary>What a request of so many bytes should do now; for Wait it is counted until <see cref="Leave"/>.</summary>
    public GateDecision Enter(int bytes, TimeSpan now)
    {
        if (_closedSince is not { } since)
        {
            return GateDecision.Proceed;
        }

        if (now - since >= ParkFor || Waiters >= waitersMax || WaitingBytes + bytes > waitingBytesMax)
        {
            return GateDecision.FailFast;
        }

        Waiters++;
        WaitingBytes += bytes;
        return GateDecision.Wait;
    }

    public void Leave(int bytes)
    {
        Waiters--;
        WaitingBytes -= bytes;
    }
}
