namespace Holdfast.Cql.Health;

/// <summary>
/// When a coordinator's next probe round is due and which replica sets it covers: always those that contradicted the
/// coordinator, and of the others all or, where there are many, the next ones in turn.
/// </summary>
internal sealed class ProbeSchedule(HealthOptions options, Random random)
{
    private TimeSpan _due;
    private TimeSpan _interval = options.ProbeInterval;
    private int _cursor;

    public bool IsDue(TimeSpan now) => now >= _due;

    public TimeSpan Due => _due;

    /// <summary>The next round at once.</summary>
    public void Hurry(TimeSpan now) => _due = now;

    /// <summary>A round has begun: when the following one is due.</summary>
    public void Began(CoordinatorState state, TimeSpan now)
    {
        _interval = state switch
        {
            CoordinatorState.Probation => options.ProbeInterval,
            CoordinatorState.Ejected => Min(_interval * 1.5, options.ProbeIntervalMax),
            _ => options.ProbeIntervalMax,
        };
        double spread = 1 + (options.ProbeJitter * ((2 * random.NextDouble()) - 1));
        _due = now + (_interval * spread);
    }

    /// <summary>The coordinator entered another state: the interval starts anew, the first round is due at once.</summary>
    public void Restart(TimeSpan now)
    {
        _interval = options.ProbeInterval;
        _due = now;
    }

    /// <summary>The replica sets of the next round, without repeats.</summary>
    /// <param name="sets">How many there are, numbered from zero.</param>
    /// <param name="contradicted">Those that a pass is owed on; they come first.</param>
    /// <param name="max">At most so many of the others.</param>
    public List<ReplicaSetId> Cover(int sets, IReadOnlyCollection<ReplicaSetId> contradicted, int max = int.MaxValue)
    {
        int others = Math.Min(Math.Min(sets, options.ProbeCoverage), max);
        List<ReplicaSetId> round = new(others + contradicted.Count);
        foreach (ReplicaSetId set in contradicted)
        {
            if (set.Value < sets)
            {
                round.Add(set);
            }
        }

        for (int i = 0; i < others; i++)
        {
            ReplicaSetId set = new((_cursor + i) % sets);
            if (!round.Contains(set))
            {
                round.Add(set);
            }
        }

        _cursor = sets == 0 ? 0 : (_cursor + others) % sets;
        return round;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
