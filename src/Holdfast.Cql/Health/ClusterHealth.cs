namespace Holdfast.Cql.Health;

/// <summary>
/// The heart of the client: which coordinators take traffic, decided from what their requests and probes did. A synchronous
/// state machine that is told events with <c>now</c> and leaves transitions to be read; sockets and timers are elsewhere.
/// </summary>
/// <remarks>
/// <para>Only a contradiction, or a failure that is plainly the coordinator's own, ejects. What no other coordinator could
/// serve either is the cluster's loss of quorum and blames nobody.</para>
/// <para>Not thread-safe: one owner calls it. <c>now</c> is monotonic and never goes back.</para>
/// </remarks>
public sealed class ClusterHealth
{
    private readonly HealthOptions _options;
    private readonly Random _random;
    private readonly EjectionTriggers _triggers;
    private readonly Dictionary<HostId, CoordinatorHealth> _byId = [];
    private readonly Queue<HealthTransition> _transitions = new();
    private CoordinatorHealth[] _coordinators = [];
    private bool _served;

    /// <summary>Starts with no coordinators.</summary>
    /// <param name="options">The numbers.</param>
    /// <param name="random">For jitter alone; seeded, so that a run can be replayed.</param>
    public ClusterHealth(HealthOptions options, Random random)
    {
        _options = options;
        _random = random;
        _triggers = new EjectionTriggers(options);
        Observe = options.Observe;
    }

    /// <summary>While true, everything is decided and reported and <see cref="Weight"/> acts on nothing; may be switched.</summary>
    public bool Observe { get; set; }

    /// <summary>The coordinators known, in the order of their ids.</summary>
    public IReadOnlyCollection<HostId> Coordinators => [.. _coordinators.Select(coordinator => coordinator.Id)];

    /// <summary>True while <see cref="TryDequeue"/> would give a transition.</summary>
    public bool HasTransitions => _transitions.Count > 0;

    /// <summary>The next transition that nobody has read yet.</summary>
    public bool TryDequeue(out HealthTransition transition) => _transitions.TryDequeue(out transition);

    /// <summary>A coordinator was discovered; it begins Down.</summary>
    /// <param name="id">Its host id.</param>
    /// <param name="atStart">True for the first discovery of a process: one good probe round then suffices.</param>
    /// <param name="now">The present moment.</param>
    public void Add(HostId id, bool atStart, TimeSpan now)
    {
        _byId.TryAdd(id, new CoordinatorHealth(id, _options, _random, now) { AtStart = atStart });
        Order();
    }

    /// <summary>A coordinator is gone for good; its evidence goes with it.</summary>
    public void Remove(HostId id)
    {
        _byId.Remove(id);
        Order();
    }

    /// <summary>The state of a coordinator; Down for one that is not known.</summary>
    public CoordinatorState State(HostId id) =>
        _byId.TryGetValue(id, out CoordinatorHealth? coordinator) ? coordinator.State : CoordinatorState.Down;

    /// <summary>The share of traffic a coordinator should get now, 0 to 1.</summary>
    public double Weight(HostId id, TimeSpan now) => _byId.TryGetValue(id, out CoordinatorHealth? coordinator)
        ? Observe && coordinator.State is CoordinatorState.Ejected or CoordinatorState.Probation or CoordinatorState.Up ? 1 : coordinator.Weight(now)
        : 0;

    /// <summary>Its peak-sensitive average latency, which fades while nothing is sent to it; zero while unknown.</summary>
    public TimeSpan PeakEwma(HostId id, TimeSpan now) =>
        _byId.TryGetValue(id, out CoordinatorHealth? coordinator) ? coordinator.Latency.Read(now) : TimeSpan.Zero;

    /// <summary>The ring changed and replica sets have new numbers: what is owed on the old ones is forgotten.</summary>
    public void RingChanged()
    {
        foreach (CoordinatorHealth coordinator in _coordinators)
        {
            coordinator.KeepSets(0);
        }
    }

    /// <summary>A connection attempt began.</summary>
    public void ConnectBegan(HostId id, TimeSpan now)
    {
        if (Find(id) is { State: CoordinatorState.Down } coordinator)
        {
            Move(coordinator, CoordinatorState.Connecting, TransitionReason.Connecting, null, now);
        }
    }

    /// <summary>The connection is set up and its statements are prepared: Probation begins.</summary>
    public void Connected(HostId id, TimeSpan now)
    {
        // Down, if an operator gave it back while its connection was being set up.
        if (Find(id) is { State: CoordinatorState.Connecting or CoordinatorState.Down } coordinator)
        {
            coordinator.Reconnect.Reset();
            Move(coordinator, CoordinatorState.Probation, TransitionReason.Connected, null, now);
            if (!Has(Safeguards.Probation))
            {
                Move(coordinator, CoordinatorState.Up, TransitionReason.Proven, null, now);
            }
        }
    }

    /// <summary>The connection attempt failed; the answer is how long to wait before the next.</summary>
    /// <param name="id">The coordinator.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="blame">False where the next attempt differs, for instance in its protocol version.</param>
    public TimeSpan ConnectFailed(HostId id, TimeSpan now, bool blame = true)
    {
        CoordinatorHealth? coordinator = Find(id);
        if (coordinator is null)
        {
            return _options.ReconnectMax;
        }

        // While nobody has been in service yet, there is nobody to compare with, and everybody may be new.
        coordinator.AtStart &= !blame || !_served;
        if (coordinator.State == CoordinatorState.Connecting)
        {
            Move(coordinator, CoordinatorState.Down, TransitionReason.ConnectFailed, null, now);
        }

        return blame ? coordinator.Reconnect.Next() : TimeSpan.Zero;
    }

    /// <summary>The last connection to the coordinator is gone. A drained one stays drained: it is being restarted.</summary>
    public void ConnectionsLost(HostId id, TimeSpan now)
    {
        if (Find(id) is { State: not (CoordinatorState.Down or CoordinatorState.Draining) } coordinator)
        {
            coordinator.AtStart &= !_served;
            Eject(coordinator, _triggers.Attributable(coordinator, ConsistencyLevel.LocalQuorum, default), now);
            Move(coordinator, CoordinatorState.Down, TransitionReason.ConnectionsLost, null, now);
        }
    }

    /// <summary>The coordinator's connection, or the attempt at one, is over; the answer is how long to wait before the next.</summary>
    public TimeSpan ConnectionEnded(HostId id, TimeSpan now)
    {
        if (Find(id) is not { } coordinator)
        {
            return _options.ReconnectMax;
        }

        if (coordinator.State == CoordinatorState.Connecting)
        {
            return ConnectFailed(id, now);
        }

        ConnectionsLost(id, now);
        return coordinator.Reconnect.Next();
    }

    /// <summary>A live request succeeded through the coordinator.</summary>
    /// <param name="id">The coordinator.</param>
    /// <param name="set">The replica set it was for.</param>
    /// <param name="latency">How long it took; null where that says more of the way to another data centre than of the coordinator.</param>
    /// <param name="now">The present moment.</param>
    public void Succeeded(HostId id, ReplicaSetId set, TimeSpan? latency, TimeSpan now)
    {
        if (Find(id) is { } coordinator)
        {
            coordinator.Share.AddRequest(now);
            coordinator.Timeouts.Answered(set, now);
            coordinator.Succeeded(now);
            if (latency is { } took)
            {
                coordinator.Latencies.Add(took, now);
                coordinator.Latency.Add(took, now);
            }
        }
    }

    /// <summary>A live request failed through the coordinator; whether that is its fault a contradiction may tell later.</summary>
    public void Failed(HostId id, ConsistencyLevel level, ReplicaSetId set, FailureKind kind, TimeSpan now)
    {
        CoordinatorHealth? coordinator = Find(id);
        if (coordinator is null)
        {
            return;
        }

        coordinator.Share.AddRequest(now);
        switch (kind)
        {
            case FailureKind.IsBootstrapping:
                Eject(coordinator, _triggers.Bootstrapping(level, set), now);
                break;
            case FailureKind.Overloaded or FailureKind.ServerError or FailureKind.NoStreamId:
                Eject(coordinator, _triggers.Attributable(coordinator, level, set), now);
                break;
            default:
                break; // uncontradicted, it may be the cluster's; a lost connection has been lost once, however many requests were out on it
        }
    }

    /// <summary>A request that a coordinator had failed was served by another at the same consistency level.</summary>
    public void Contradicted(in Contradiction contradiction, TimeSpan now)
    {
        // EACH_QUORUM needs the link between data centres, of which a coordinator is innocent.
        if (!contradiction.Level.IsLocal()
            || Find(contradiction.Coordinator) is not { } coordinator)
        {
            return;
        }

        coordinator.Contradicted(contradiction.ReplicaSet);
        coordinator.Share.AddContradicted(now);
        Eject(coordinator, _triggers.Contradicted(coordinator, contradiction, _coordinators, now), now);
    }

    /// <summary>Every probe of a round passed.</summary>
    /// <param name="id">The coordinator probed.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="covered">The sets that the round covered; null for all that a pass is owed on.</param>
    public void ProbeRoundPassed(HostId id, TimeSpan now, IReadOnlyCollection<ReplicaSetId>? covered = null)
    {
        if (Find(id) is not { } coordinator)
        {
            return;
        }

        coordinator.Succeeded(now);
        bool served = coordinator.RoundPassed(now, covered);
        if (coordinator.State == CoordinatorState.Ejected && now - coordinator.Since >= _options.EjectedMin)
        {
            Move(coordinator, CoordinatorState.Probation, TransitionReason.ProbePassed, null, now);
        }
        else if (coordinator.State == CoordinatorState.Probation && served)
        {
            Move(coordinator, CoordinatorState.Up, TransitionReason.Proven, null, now);
        }
    }

    /// <summary>At least one probe of a round failed.</summary>
    /// <param name="id">The coordinator probed.</param>
    /// <param name="set">A replica set whose probe failed.</param>
    /// <param name="passedBy">The coordinator through which the same key then passed; null where none did.</param>
    /// <param name="now">The present moment.</param>
    public void ProbeRoundFailed(HostId id, ReplicaSetId set, HostId? passedBy, TimeSpan now)
    {
        if (Find(id) is not { } coordinator)
        {
            return;
        }

        // Where nobody has served yet and nobody else passed either, it is the cluster that fails, and the first round after that is a first one.
        coordinator.AtStart &= passedBy is null && !_served;
        coordinator.RoundFailed();
        if (passedBy is not { } by)
        {
            return;
        }

        coordinator.Contradicted(set);
        Eject(coordinator, _triggers.ProbeContradicted(coordinator, set, by), now);
    }

    /// <summary>An operator takes the coordinator out.</summary>
    public void Drain(HostId id, TimeSpan now)
    {
        if (Find(id) is { State: not CoordinatorState.Draining } coordinator)
        {
            Move(coordinator, CoordinatorState.Draining, TransitionReason.Operator, null, now);
        }
    }

    /// <summary>The operator gives it back: it proves itself first, or reconnects where its connections are gone.</summary>
    public void Undrain(HostId id, bool connected, TimeSpan now)
    {
        if (Find(id) is { State: CoordinatorState.Draining } coordinator)
        {
            CoordinatorState to = connected ? CoordinatorState.Probation : CoordinatorState.Down;
            Move(coordinator, to, TransitionReason.Operator, null, now);
        }
    }

    /// <summary>
    /// True when the coordinator's next probe round is due, with the replica sets it must cover; the round then counts as
    /// begun.
    /// </summary>
    /// <param name="id">The coordinator.</param>
    /// <param name="replicaSets">How many replica sets the ring has, numbered from zero.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="round">The sets to probe; empty when no round is due.</param>
    /// <param name="coverageMax">At most so many, beside those that a pass is owed on.</param>
    public bool TryBeginProbeRound(
        HostId id, int replicaSets, TimeSpan now, out IReadOnlyList<ReplicaSetId> round, int coverageMax = int.MaxValue)
    {
        round = [];
        if (Find(id) is not { State: CoordinatorState.Up or CoordinatorState.Probation or CoordinatorState.Ejected } coordinator
            || !coordinator.Probes.IsDue(now))
        {
            return false;
        }

        coordinator.Probes.Began(coordinator.State, now);
        if (coordinator.ContradictedSets.Count > 0)
        {
            coordinator.KeepSets(replicaSets);
        }

        round = coordinator.Probes.Cover(replicaSets, coordinator.ContradictedSets, coverageMax);
        return round.Count > 0;
    }

    /// <summary>The cluster said that a host went down: look at once, believe nothing.</summary>
    public void DownEvent(HostId id, TimeSpan now) => Find(id)?.Probes.Hurry(now);

    /// <summary>Compares latencies; to be called about once a second.</summary>
    public void Tick(TimeSpan now)
    {
        foreach (CoordinatorHealth coordinator in _coordinators)
        {
            TimeSpan? own = coordinator.State == CoordinatorState.Up ? coordinator.Latencies.P95(now) : null;
            TimeSpan? others = own is null ? null : Comparison.WithOthers(coordinator, _coordinators, c => c.Latencies.P95(now));
            bool slow = own is { } mine && others is { } theirs
                && mine > _options.SlowFloor && mine > theirs * _options.SlowRatio;
            coordinator.JudgeLatency(slow, now);
        }
    }

    private bool Has(Safeguards safeguard) => (_options.Without & safeguard) == 0;

    private void Eject(CoordinatorHealth coordinator, (TransitionReason Reason, Evidence Evidence)? cause, TimeSpan now)
    {
        if (cause is not ({ } reason, { } evidence) || coordinator.State is not (CoordinatorState.Up or CoordinatorState.Probation))
        {
            return;
        }

        if (!Has(Safeguards.Guard) || EjectionGuard.MayEject(coordinator, _coordinators, now))
        {
            Move(coordinator, CoordinatorState.Ejected, reason, evidence, now);
            return;
        }

        if (now >= coordinator.WithheldAgainAt)
        {
            coordinator.WithheldAgainAt = now + _options.WithheldInterval;
            _transitions.Enqueue(new HealthTransition(
                coordinator.Id, coordinator.State, CoordinatorState.Ejected, reason, evidence, now, Withheld: true));
        }
    }

    private void Move(
        CoordinatorHealth coordinator, CoordinatorState to, TransitionReason reason, Evidence? evidence, TimeSpan now)
    {
        CoordinatorState from = coordinator.State;
        _served |= to == CoordinatorState.Up;
        coordinator.Enter(to, now);
        _transitions.Enqueue(new HealthTransition(coordinator.Id, from, to, reason, evidence, now, Withheld: false));
    }

    private CoordinatorHealth? Find(HostId id) => _byId.GetValueOrDefault(id);

    /// <summary>In the order of their ids, so that a run can be replayed.</summary>
    private void Order() => _coordinators = [.. _byId.Values.OrderBy(coordinator => coordinator.Id)];
}
