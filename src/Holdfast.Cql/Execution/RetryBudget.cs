using Holdfast.Cql.Health;

namespace Holdfast.Cql.Execution;

/// <summary>
/// How much extra load may be put on the cluster: a share of the requests of the last seconds plus a fixed rate, so that a
/// quiet service can still retry and a busy one cannot multiply its own load when everything fails (the retry budget of
/// Finagle, twitter/finagle RetryBudget.scala).
/// </summary>
/// <param name="share">Extra attempts per request, 0 to 1.</param>
/// <param name="perSecond">Extra attempts a second besides.</param>
/// <param name="window">The time both are taken over.</param>
internal sealed class RetryBudget(double share, double perSecond, TimeSpan window)
{
    private readonly Slices _slices = new(window);
    private readonly int[] _requests = new int[Slices.Count];
    private readonly int[] _taken = new int[Slices.Count];

    public void Request(TimeSpan now) => _requests[Slot(now)]++;

    /// <summary>One more extra attempt, if there is room for it.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="leave">The share of the whole budget that this one must leave to others that matter more.</param>
    public bool TryTake(TimeSpan now, double leave = 0)
    {
        bool hasRoom = HasRoom(now, leave);
        if (hasRoom)
        {
            Take(now);
        }

        return hasRoom;
    }

    /// <summary>True while one more may be taken, to be asked before it is known whether it can be used.</summary>
    public bool HasRoom(TimeSpan now, double leave = 0)
    {
        (double allowed, int taken) = Read(now);
        return allowed - taken - (allowed * leave) >= 1;
    }

    /// <summary>One that <see cref="HasRoom"/> has allowed is made.</summary>
    public void Take(TimeSpan now) => _taken[Slot(now)]++;

    /// <summary>Extra attempts that may still be made now; a metric, too.</summary>
    public double Remaining(TimeSpan now)
    {
        (double allowed, int taken) = Read(now);
        return allowed - taken;
    }

    private (double Allowed, int Taken) Read(TimeSpan now)
    {
        int requests = 0;
        int taken = 0;
        for (int i = 0; i < Slices.Count; i++)
        {
            if (_slices.Holds(i, now))
            {
                requests += _requests[i];
                taken += _taken[i];
            }
        }

        return ((requests * share) + (perSecond * window.TotalSeconds), taken);
    }

    private int Slot(TimeSpan now)
    {
        int slot = _slices.At(now, out bool isNew);
        if (isNew)
        {
            _requests[slot] = 0;
            _taken[slot] = 0;
        }

        return slot;
    }
}
