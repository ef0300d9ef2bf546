namespace Holdfast.Cql.Health;

/// <summary>
/// What is known of one coordinator: its state, the evidence against it and for it. Pure bookkeeping that takes
/// <c>now</c>; <see cref="ClusterHealth"/>, which sees all coordinators, decides what follows.
/// </summary>
internal sealed class CoordinatorHealth
{
    private readonly HealthOptions _options;
    private readonly SortedSet<ReplicaSetId> _contradictedSets = new(Comparer<ReplicaSetId>.Create((a, b) => a.Value - b.Value));
    private int _ejections;
    private int _goodRounds;
    private TimeSpan _firstGoodRound;
    private TimeSpan? _lastSuccess;
    private TimeSpan _slowSince = TimeSpan.MaxValue;

    public CoordinatorHealth(HostId id, HealthOptions options, Random random, TimeSpan now)
    {
        Id = id;
        _options = options;
        Since = now;
        Reconnect = new Backoff(options.ReconnectMin, options.ReconnectMax, random);
        Probes = new ProbeSchedule(options, random);
        Unavailables = new EventWindow(options.ContradictedUnavailables, options.ContradictionWindow);
        Timeouts = new TimeoutWindow(options.ContradictedTimeouts, options.ContradictionWindow);
        Share = new ShareWindow(options.ShareWindow);
        Latencies = new LatencyWindow(options.LatencyWindow);
        Latency = new PeakEwma(options.LatencyDecay);
    }

    public HostId Id { get; }

    public CoordinatorState State { get; private set; } = CoordinatorState.Down;

    /// <summary>When the state began.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>True until it has been Up once since the process started: one round then suffices.</summary>
    public bool AtStart { get; set; }

    /// <summary>Whether the present Probation follows Down, not Ejected.</summary>
    public bool CameFromDown { get; private set; }

    public Backoff Reconnect { get; }

    public ProbeSchedule Probes { get; }

    public EventWindow Unavailables { get; }

    public TimeoutWindow Timeouts { get; }

    public ShareWindow Share { get; }

    public LatencyWindow Latencies { get; }

    public PeakEwma Latency { get; }

    /// <summary>When a withheld ejection is told again.</summary>
    public TimeSpan WithheldAgainAt { get; set; }

    /// <summary>Failures in a row that only this coordinator can be blamed for.</summary>
    public int AttributableInARow { get; set; }

    /// <summary>Failed probes in a row that passed elsewhere.</summary>
    public int ContradictedProbes { get; set; }

    /// <summary>True while it is slow enough, for long enough, to get less.</summary>
    public bool IsSlow { get; private set; }

    /// <summary>
    /// The replica sets on which a pass is owed: out of service, before it may return; in service, so that the next round covers them.
    /// </summary>
    public IReadOnlyCollection<ReplicaSetId> ContradictedSets => _contradictedSets;

    /// <summary>Good rounds in a row that this Probation needs.</summary>
    public int RoundsRequired => AtStart
        ? 1
        : Math.Min(_options.ProbationRoundsMax, _options.ProbationRounds << Math.Clamp(_ejections - 1, 0, 16));

    private TimeSpan SpanRequired => AtStart
        ? TimeSpan.Zero
        : CameFromDown ? _options.ProbationSpanAfterDown : _options.ProbationSpan;

    public void Enter(CoordinatorState state, TimeSpan now)
    {
        CoordinatorState from = State;
        State = state;
        Since = now;
        _goodRounds = 0;
        Probes.Restart(now);
        switch (state)
        {
            case CoordinatorState.Ejected:
                _ejections++;
                ClearTriggers();
                break;
            case CoordinatorState.Probation:
                CameFromDown = from == CoordinatorState.Connecting;
                break;
            case CoordinatorState.Up:
                AtStart = false;
                _contradictedSets.Clear();
                ClearTriggers();
                Share.Clear();
                break;
            default:
                break;
        }
    }

    public void Succeeded(TimeSpan now)
    {
        _lastSuccess = now;
        AttributableInARow = 0;
        if (State == CoordinatorState.Up && now - Since >= _options.Forgiveness)
        {
            _ejections = 0;
        }
    }

    public void Contradicted(ReplicaSetId set) => _contradictedSets.Add(set);

    /// <summary>
    /// The ring has so many sets, now that it has changed: what was begun before may still be held against one that there is not any
    /// more, and nobody can pay for that.
    /// </summary>
    public void KeepSets(int count) => _contradictedSets.RemoveWhere(set => set.Value >= count);

    /// <summary>True when a live request or a probe succeeded through it recently.</summary>
    public bool DemonstrablySucceeds(TimeSpan now) => _lastSuccess is { } at && now - at <= _options.SuccessWindow;

    /// <summary>A whole probe round passed; true when Probation has been served.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="covered">What it covered; null for all that is owed. What was contradicted since it began is still owed.</param>
    public bool RoundPassed(TimeSpan now, IReadOnlyCollection<ReplicaSetId>? covered)
    {
        bool isAllCovered = covered is null || _contradictedSets.IsSubsetOf(covered);
        if (State == CoordinatorState.Up)
        {
            // In service one pass pays. Who is out of service passes on them in every round.
            _contradictedSets.ExceptWith(covered ?? ContradictedSets);
        }

        ContradictedProbes = 0;
        if (_goodRounds++ == 0)
        {
            _firstGoodRound = now;
        }

        return isAllCovered && _goodRounds >= RoundsRequired && now - _firstGoodRound >= SpanRequired;
    }

    public void RoundFailed() => _goodRounds = 0;

    /// <summary>Slow for the whole of <see cref="HealthOptions.SlowFor"/> makes slow; one look below ends it.</summary>
    public void JudgeLatency(bool slowNow, TimeSpan now)
    {
        if (!slowNow)
        {
            _slowSince = TimeSpan.MaxValue;
            IsSlow = false;
            return;
        }

        if (_slowSince == TimeSpan.MaxValue)
        {
            _slowSince = now;
        }

        IsSlow = now - _slowSince >= _options.SlowFor;
    }

    /// <summary>The share of traffic it should get, 0 to 1: slow start times slowness.</summary>
    public double Weight(TimeSpan now)
    {
        if (State != CoordinatorState.Up)
        {
            return 0;
        }

        double progress = Math.Clamp((now - Since) / _options.SlowStart, 0, 1);
        double start = _options.SlowStartFrom + ((1 - _options.SlowStartFrom) * progress);
        return IsSlow ? Math.Min(start, _options.SlowWeight) : start;
    }

    private void ClearTriggers()
    {
        Unavailables.Clear();
        Timeouts.Clear();
        AttributableInARow = 0;
        ContradictedProbes = 0;
    }
}
