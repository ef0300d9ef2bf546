using Holdfast.Cql.Connections;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Routing;

namespace Holdfast.Cql.Coordinators;

/// <summary>
/// Quorum probes: the store's own prepared read, through one coordinator, for an absent key of each replica set. What fails is
/// asked again through another coordinator, because only a contradiction blames.
/// </summary>
internal sealed class ProbeRounds(
    CoreLock core, CqlClusterOptions options, int statement, CoordinatorTable table, Random random, ICoordinatorListener listener)
{
    private readonly List<Probe> _out = [];
    private TokenRing? _ring;
    private ProbeKeys _keys = ProbeKeys.None;

    /// <summary>
    /// Whatever level reads are configured with: writes are at it, and what a single replica answers, which may be the coordinator
    /// itself, proves nothing about its peers.
    /// </summary>
    private const ConsistencyLevel Level = ConsistencyLevel.LocalQuorum;

    /// <summary>Begins the rounds that are due and gives up the probes that are late.</summary>
    public void Tick()
    {
        for (int i = _out.Count - 1; i >= 0; i--)
        {
            if (core.Now >= _out[i].Until)
            {
                _out[i].GiveUp();
            }
        }

        if (_ring != table.Ring)
        {
            _ring = table.Ring;
            _keys = ProbeKeys.For(_ring, options.Instance);
        }

        foreach (Coordinator coordinator in table.All)
        {
            if (!coordinator.IsProbing && coordinator.Connection is { IsReady: true }
                && table.Health.TryBeginProbeRound(coordinator.Id, _ring.ReplicaSets, core.Now, out IReadOnlyList<ReplicaSetId> sets, Allowance(coordinator)))
            {
                coordinator.AtLastProbe = (coordinator.Served + coordinator.Failed, coordinator.Served);
                Begin(coordinator, sets);
            }
        }
    }

    /// <summary>How many probes were sent since the start.</summary>
    public long Sent { get; private set; }

    /// <summary>Who is out of service is probed for all that it is owed; who serves, for a hundredth of what it serves.</summary>
    private int Allowance(Coordinator coordinator)
    {
        if (coordinator.State != CoordinatorState.Up)
        {
            return int.MaxValue;
        }

        long attempts = coordinator.Served + coordinator.Failed - coordinator.AtLastProbe.Attempts;
        return coordinator.Served == coordinator.AtLastProbe.Served ? 1 : (int)Math.Min(int.MaxValue, attempts / options.Health.RequestsPerProbe);
    }

    private void Begin(Coordinator coordinator, IReadOnlyList<ReplicaSetId> sets)
    {
        // Open counts this method, too, so that a probe that ends at once does not end the round.
        Round round = new(coordinator, sets, core.Now) { Open = 1 };
        coordinator.IsProbing = true;
        bool any = false;
        foreach (ReplicaSetId set in sets)
        {
            if (_keys.Of(set) is { } key)
            {
                any = true;
                round.Open++;
                Send(coordinator, set, key, passed => Ended(round, set, key, passed));
            }
        }

        if (any)
        {
            Settle(round);
            return;
        }

        coordinator.IsProbing = false; // nothing was asked, and nothing is proved
    }

    private void Send(Coordinator coordinator, ReplicaSetId set, byte[] key, Action<bool> ended)
    {
        if (coordinator.Connection is not { HasRoom: true } connection)
        {
            ended(false);
            return;
        }

        Probe probe = new(this, connection, core.Now + options.Health.ProbeTimeout, key, passed =>
        {
            if (passed)
            {
                listener.RangeServed(set, Level, coordinator);
                listener.RangeServed(set, ConsistencyLevel.LocalOne, coordinator); // one replica is less than most of them
            }

            ended(passed);
        });
        if (!probe.TrySend())
        {
            ended(false);
            return;
        }

        Sent++;
        _out.Add(probe);
    }

    private void Ended(Round round, ReplicaSetId set, byte[] key, bool passed)
    {
        if (!passed && round.Failed is null)
        {
            round.Failed = (set, key);
        }

        Settle(round);
    }

    private void Settle(Round round)
    {
        if (--round.Open > 0)
        {
            return;
        }

        TimeSpan took = core.Now - round.Began;
        listener.Probed(round.Coordinator, round.Failed is null, took);
        if (round.Failed is not { } failed)
        {
            table.Health.ProbeRoundPassed(round.Coordinator.Id, core.Now, round.Sets);
            Finish(round);
            return;
        }

        // Is it the coordinator or the cluster? Another one is asked for the same key.
        if (Other(round.Coordinator, failed.Set) is not { } other)
        {
            Judge(round, failed.Set, passedBy: null);
            return;
        }

        Send(other, failed.Set, failed.Key, served => Judge(round, failed.Set, served ? other.Id : null));
    }

    private void Judge(Round round, ReplicaSetId set, HostId? passedBy)
    {
        table.Health.ProbeRoundFailed(round.Coordinator.Id, set, passedBy, core.Now);
        Finish(round);
    }

    private void Finish(Round round)
    {
        round.Coordinator.IsProbing = false;
        table.HealthMayHaveMoved();
    }

    private Coordinator? Other(Coordinator but, ReplicaSetId set)
    {
        Coordinator[] all = table.All;
        Coordinator? found = null;
        int start = random.Next(Math.Max(1, all.Length));
        for (int i = 0; i < all.Length; i++)
        {
            Coordinator candidate = all[(start + i) % all.Length];
            if (candidate == but || !candidate.HasRoom || candidate.State != CoordinatorState.Up)
            {
                continue;
            }

            if (table.Replicas(set).Contains(candidate))
            {
                return candidate;
            }

            found ??= candidate;
        }

        return found;
    }

    /// <summary>The probes of one coordinator at one moment.</summary>
    private sealed class Round(Coordinator coordinator, IReadOnlyList<ReplicaSetId> sets, TimeSpan began)
    {
        public Coordinator Coordinator => coordinator;

        public IReadOnlyList<ReplicaSetId> Sets => sets;

        public TimeSpan Began => began;

        public int Open { get; set; }

        public (ReplicaSetId Set, byte[] Key)? Failed { get; set; }
    }

    /// <summary>One probe under its stream id.</summary>
    private sealed class Probe(ProbeRounds rounds, CqlConnection connection, TimeSpan until, byte[] key, Action<bool> ended)
        : PendingAnswer, IPreparedWaiter
    {
        private const int UnpreparedMax = 3;

        private int _unprepared;
        private bool _isOver;

        public short Stream { get; private set; } = -1;

        public TimeSpan Until => until;

        public override void Answered(CqlConnection from, in Envelope answer)
        {
            if (answer.Opcode == Opcode.Error && _unprepared++ < UnpreparedMax && Responses.ReadError(answer) is UnpreparedBody)
            {
                // It says nothing about a quorum. While it is prepared again, the probe's time runs on.
                Stream = -1;
                from.PrepareAgain(rounds.StatementNumber, this);
                return;
            }

            End(answer.Opcode == Opcode.Result);
        }

        public override void Lost(CqlConnection from, string reason)
        {
            End(false);
        }

        public bool TrySend()
        {
            if (connection.Prepared[rounds.StatementNumber] is not { } prepared || !connection.TryTake(this, out short stream))
            {
                return false;
            }

            Stream = stream;
            Requests.Execute(connection.Output, connection.Version, stream, prepared, Level, null, new ProbeValues(key));
            connection.Flush();
            return true;
        }

        public void GiveUp()
        {
            connection.Abandon(Stream, this);
            End(false);
        }

        void IPreparedWaiter.PreparedAgain(CqlConnection from, bool prepared)
        {
            if (!_isOver && (!prepared || !TrySend()))
            {
                End(false);
            }
        }

        private void End(bool passed)
        {
            _isOver = true;
            rounds._out.Remove(this);
            ended(passed);
        }
    }

    private int StatementNumber => statement;

    private sealed class ProbeValues(byte[] key) : ICqlValues
    {
        public ReadOnlySpan<byte> PartitionKey => key;

        public int SizeHint => key.Length;

        public int Count => 1;

        public void Write(CqlValueWriter writer) => writer.WriteBytes(key);
    }
}
