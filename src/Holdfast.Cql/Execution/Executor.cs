using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;
using Holdfast.Cql.Health;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Telemetry;

namespace Holdfast.Cql.Execution;

/// <summary>
/// Carries requests out: chooses a coordinator, sends, and when that fails goes on by the retry table, waits while nobody can
/// serve, or gives up at the deadline. Synchronous, under the core's lock; whatever took time comes in as a call.
/// </summary>
internal sealed class Executor
{
    public const string Closing = "the client is closing";

    private readonly CoreLock _core;
    private readonly CqlClusterOptions _options;
    private readonly CoordinatorTable _table;
    private readonly CoordinatorPicker _picker;
    private readonly IExecutorListener _listener;
    private readonly AttemptSender _sender;
    private readonly WaitingRoom _waiting;
    private readonly Contradictions _contradictions;
    private readonly AttemptTable _attempts;
    private readonly AttemptWatch _watch;
    private readonly RetryPolicy _policy;
    private readonly List<Operation> _due = [];
    private readonly List<Operation> _over = [];

    public Executor(
        CoreLock core, CqlClusterOptions options, CoordinatorTable table, Random random, IExecutorListener listener)
    {
        _core = core;
        _options = options;
        _table = table;
        _picker = new CoordinatorPicker(core, table, random, options.Protection, Has(Safeguards.LastResort));
        _listener = listener;
        _waiting = new WaitingRoom(core, options, listener);
        _contradictions = new Contradictions(core, table, listener);
        _attempts = new AttemptTable(this);
        _sender = new AttemptSender(core, table, _attempts, options.Keyspace);
        _policy = new RetryPolicy(options);
        _watch = new AttemptWatch(core, table, _picker, this, _policy.Budget, listener);
    }

    /// <summary>True where a forgotten statement is prepared again on the spot.</summary>
    public bool PreparesAgain => Has(Safeguards.PrepareAgain);

    private bool Has(Safeguards safeguard) => (_options.Health.Without & safeguard) == 0;

    /// <summary>True once nothing will be served any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Requests that are under way.</summary>
    public int Requests { get; private set; }

    /// <summary>What waits, and why.</summary>
    public WaitingRoom Waiting => _waiting;

    public (double Retries, double Hedges) BudgetsLeft => (_policy.Budget.Remaining(_core.Now), _watch.HedgeBudgetLeft);

    /// <summary>A new request.</summary>
    public void Begin(Operation operation)
    {
        TimeSpan now = _core.Now;
        operation.Started(now, _options.Deadline);
        if (++Requests > _options.RequestsMax || IsClosed)
        {
            Complete(operation, IsClosed ? CqlOutcome.Unavailable : CqlOutcome.Overloaded, IsClosed ? Closing : "too many requests are under way");
            return;
        }

        _policy.Request(now);
        _watch.Request();
        operation.Set = _table.Ring.SetOf(operation.Token);
        operation.State = OperationState.Running;
        if (_options.Protection && Has(Safeguards.Waiting) && _waiting.IsDark(operation))
        {
            Wait(operation);
            return;
        }

        Next(operation);
    }

    /// <summary>The caller gave up.</summary>
    public void Cancel(Operation operation)
    {
        _core.Enter();
        try
        {
            if (!operation.IsDone)
            {
                _waiting.Leave(operation);
                Complete(operation, CqlOutcome.Cancelled, "the caller gave up");
            }
        }
        finally
        {
            _core.Exit();
        }
    }

    /// <summary>An attempt was answered with a result.</summary>
    public void Served(Attempt attempt, in Envelope answer)
    {
        TimeSpan now = _core.Now;
        TimeSpan latency = now - attempt.Sent;
        Coordinator coordinator = attempt.Coordinator;

        // Read before anybody is told: an answer that cannot be read has served nobody.
        CqlRows? rows = attempt.Operation is { Statement: var statement, StatementNumber: var number }
            ? Responses.ReadResult(answer, attempt.Connection.Prepared[number], statement.Columns)
            : null;
        AttemptSpans.End(attempt.Span, AttemptResult.Success);
        _watch.Answered(latency, attempt.Level);
        _table.Health.Succeeded(coordinator.Id, attempt.Set, attempt.Level.IsLocal() ? latency : null, now);
        _listener.Attempted(attempt, AttemptResult.Success);
        if (attempt.Operation is not { } operation)
        {
            _attempts.Release(attempt);
            return;
        }

        operation.Detach(attempt);
        _attempts.Release(attempt);
        _contradictions.Served(operation, coordinator);
        if ((operation.First ?? operation.Hedge) is { } slower)
        {
            // It is watched until its time is up: if it never answers, that was its coordinator's fault.
            slower.ServedBy = coordinator;
            operation.Detach(slower);
        }

        RangeServed(operation.Set, operation.Statement.Consistency, coordinator);
        Complete(operation, CqlOutcome.Success, null, rows);
    }

    /// <summary>An attempt came to nothing.</summary>
    public void Failed(Attempt attempt, AttemptResult result, int required, int alive, string said)
    {
        TimeSpan now = _core.Now;
        AttemptSpans.End(attempt.Span, result);
        _table.Health.Failed(attempt.Coordinator.Id, attempt.Level, attempt.Set, result.ToFailureKind(), now);
        _listener.Attempted(attempt, result);
        FailedAttempt failure = new(attempt.Coordinator, result, required, alive, attempt.Sent);
        if (attempt.Operation is not { } operation)
        {
            _contradictions.ShadowFailed(attempt, failure);
            _attempts.Release(attempt);
            _table.HealthMayHaveMoved();
            return;
        }

        operation.Detach(attempt);
        _attempts.Release(attempt);
        operation.Note(failure, said);
        _table.HealthMayHaveMoved();
        if (operation.First is null && operation.Hedge is null)
        {
            Follow(operation, result);
        }
    }

    /// <summary>An attempt is over that nobody waits for any more and that proves nothing of its coordinator.</summary>
    public void Dropped(Attempt attempt)
    {
        AttemptSpans.End(attempt.Span, AttemptResult.Success);
        _attempts.Release(attempt);
    }

    /// <summary>A request or a probe found that a range is served: whoever waits for it goes on, and through whom it was served.</summary>
    public void RangeServed(ReplicaSetId set, ConsistencyLevel level, Coordinator by)
    {
        if (!_waiting.IsDark(set, level))
        {
            return;
        }

        _watch.RangeLit(_attempts, set, level, by);
        Release(_waiting.Light(set, level), by);
    }

    /// <summary>The ring changed: sets have new numbers.</summary>
    public void RingChanged() => Release(_waiting.Clear(), null);

    /// <summary>Every few milliseconds: attempts whose time is up, hedges, trials, delayed retries.</summary>
    public void Tick()
    {
        _watch.Tick(_attempts);
        if (_waiting.IsAtWork)
        {
            _over.Clear();
            _due.Clear();
            _waiting.Tick(_over, _due);
            FailAll(_over);
            foreach (Operation operation in _due)
            {
                operation.State = OperationState.Running;
                Next(operation);
            }
        }
    }

    /// <summary>About once a second.</summary>
    public void Measure() => _watch.Measure();

    /// <summary>Nothing will be served any more: whoever waits, for an answer or for a range, is told so.</summary>
    public void Close()
    {
        IsClosed = true;
        FailAll(_waiting.Clear());
        for (int i = _attempts.Count - 1; i >= 0; i--)
        {
            if (_attempts[i].Operation is { } operation)
            {
                Complete(operation, CqlOutcome.Unavailable, Closing);
            }
        }
    }

    /// <summary>Sends an attempt; false when the coordinator can take none now.</summary>
    public bool TrySend(Operation operation, Coordinator coordinator, TimeSpan until, bool isHedge) =>
        _sender.TrySend(
            operation, coordinator, until,
            isHedge || !_options.Protection || !Has(Safeguards.Hedging) ? TimeSpan.MaxValue : _watch.HedgeAt(operation.Statement), isHedge);

    /// <summary>What comes after a failure, by the retry table.</summary>
    private void Follow(Operation operation, AttemptResult result)
    {
        switch (_policy.After(result, operation, _core.Now))
        {
            case FollowUp.Retry:
                Again(operation);
                break;
            case FollowUp.RetryLater when _waiting.TryDelay(operation, _policy.BudgetFor(result)):
                break;
            case FollowUp.RetryLater:
                Fail(operation);
                break;
            case FollowUp.NobodyServes:
                NobodyServed(operation);
                break;
            case FollowUp.Refuse:
                Complete(operation, CqlOutcome.Refused, operation.LastSaid);
                break;
            default:
                Complete(operation, operation.LastTimedOut ? CqlOutcome.DeadlineExceeded : CqlOutcome.Unavailable, operation.LastSaid);
                break;
        }
    }

    private void Again(Operation operation)
    {
        operation.Retries++;
        _listener.Retried();
        Next(operation);
    }

    /// <summary>The next attempt at the next coordinator, or the end.</summary>
    private void Next(Operation operation)
    {
        while (true)
        {
            TimeSpan now = _core.Now;
            if (operation.Plan.AttemptUntil(now) is not { } until)
            {
                Fail(operation);
                return;
            }

            if (_picker.Pick(operation) is not { } coordinator)
            {
                NobodyServed(operation);
                return;
            }

            // There is nobody left to save time for; a read that has to be repaired between distant replicas takes more than one attempt's.
            if (!_options.Protection || (operation.IsAskingAgain && operation.LastTimedOut))
            {
                until = operation.Plan.Deadline;
            }

            if (TrySend(operation, coordinator, until, isHedge: false))
            {
                return;
            }
        }
    }

    /// <summary>Everybody who could be asked was asked.</summary>
    private void NobodyServed(Operation operation)
    {
        if (operation.IsUnauthorized)
        {
            Complete(operation, CqlOutcome.Refused, operation.LastSaid);
            return;
        }

        if (_options.Protection && _picker.IsSomebodyFull(operation))
        {
            if (!_waiting.TryAwaitRoom(operation))
            {
                Complete(operation, CqlOutcome.Overloaded, "every coordinator has as many requests as it takes");
            }

            return;
        }

        if (!_options.Protection || !operation.Statement.Patient || !Has(Safeguards.Waiting))
        {
            Complete(operation, CqlOutcome.Unavailable, operation.LastSaid ?? "no coordinator is connected");
            return;
        }

        _waiting.Darken(operation);

        // Only when everybody was asked is everybody asked again; until then a trial goes on with who is left.
        if (_picker.Pick(operation) is null)
        {
            operation.ForgetTries();
        }

        Wait(operation);
    }

    private void Wait(Operation operation)
    {
        if (!operation.Statement.Patient)
        {
            Complete(operation, CqlOutcome.Unavailable, "nobody can serve the range");
            return;
        }

        List<Operation> failed = [];
        if (!_waiting.TryEnter(operation, failed))
        {
            Fail(operation);
        }

        FailAll(failed);
    }

    private void Release(IReadOnlyList<Operation> released, Coordinator? by)
    {
        for (int i = 0; i < released.Count; i++)
        {
            Operation operation = released[i];

            // The ring may have changed since, and with it the number of the range.
            operation.Set = _table.Ring.SetOf(operation.Token);
            operation.ForgetTries();
            operation.Preferred = by;
            operation.State = OperationState.Running;
            Next(operation);
        }
    }

    private void FailAll(IReadOnlyList<Operation> operations)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            Fail(operations[i]);
        }
    }

    /// <summary>Time or hope is over.</summary>
    private void Fail(Operation operation)
    {
        CqlOutcome outcome = operation.LastTimedOut ? CqlOutcome.DeadlineExceeded : CqlOutcome.Unavailable;
        Complete(operation, outcome, operation.Describe());
    }

    private void Complete(Operation operation, CqlOutcome outcome, string? reason, CqlRows? rows = null)
    {
        Requests--;
        operation.DetachAll();
        List<Operation>? waited = null;
        if (operation.IsTrial && outcome != CqlOutcome.Success)
        {
            _waiting.EndTrial(operation, waited = []);
        }

        _listener.Ended(operation, outcome, _core.Now - operation.Plan.Started);
        operation.Finish(_core, new CqlResult(outcome, rows, reason));
        _table.HealthMayHaveMoved();
        if (waited is not null)
        {
            FailAll(waited);
        }
    }
}
