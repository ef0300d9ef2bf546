using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Core;

namespace Holdfast.Cql.Execution;

/// <summary>
/// One request, from its arrival to its result: what it asks, who has been tried, what they said. Pooled; all of it is under the
/// core's lock but for the result, which is handed over after the lock is released.
/// </summary>
/// <remarks>Lives in this folder: how a request is carried out, and every rule about attempts, retries, hedges and waiting.</remarks>
internal sealed class Operation : IValueTaskSource<CqlResult>, IWaiter, IEffect
{
    private const int DescribedMax = 6;

    private readonly bool _completeInline;
    private readonly List<Coordinator> _tried = [];
    private readonly List<FailedAttempt> _failures = [];
    private ManualResetValueTaskSourceCore<CqlResult> _source;
    private CancellationTokenRegistration _cancellation;
    private CqlResult _result;

    public Operation(OperationPool pool, bool completeInline)
    {
        Pool = pool;
        _completeInline = completeInline;
    }

    /// <summary>Where it goes back to.</summary>
    public OperationPool Pool { get; }

    public CqlStatement Statement { get; private set; } = null!;

    /// <summary>The statement's number on every connection.</summary>
    public int StatementNumber { get; private set; }

    public ICqlValues Values { get; private set; } = null!;

    public long? Timestamp { get; private set; }

    public long Token { get; private set; }

    public DeadlinePlan Plan { get; private set; }

    /// <summary>What is left of the caller's own deadline; null where it is no part of anything longer.</summary>
    public TimeSpan? Within { get; private set; }

    /// <summary>The recorded span that it belongs to; null when nobody traces it.</summary>
    public Activity? Caller { get; set; }

    /// <summary>Attempts that were sent so far.</summary>
    public int Attempts { get; set; }

    public ReplicaSetId Set { get; set; }

    public OperationState State { get; set; }

    /// <summary>The attempts that are out: one, or two while a hedge is.</summary>
    public Attempt? First { get; set; }

    public Attempt? Hedge { get; set; }

    /// <summary>Who has just served its range, while others are not known to: it is asked first.</summary>
    public Coordinator? Preferred { get; set; }

    /// <summary>Coordinators that could not ask the replicas, and said so, since the last wait.</summary>
    public int Unavailables { get; set; }

    /// <summary>Attempts that were made because others had failed, since the last wait. One beside another is none.</summary>
    public int Retries { get; set; }

    /// <summary>It is the trial of a dark range, since <see cref="TrialBegan"/>.</summary>
    public bool IsTrial { get; set; }

    public TimeSpan TrialBegan { get; set; }

    /// <summary>What the last coordinator said, for a person.</summary>
    public string? LastSaid { get; private set; }

    /// <summary>The last failure was that a coordinator did not answer in time.</summary>
    public bool LastTimedOut { get; private set; }

    /// <summary>Attempts that came to nothing, the first one first.</summary>
    public List<FailedAttempt> Failures => _failures;

    public short Version => _source.Version;

    public bool IsDone => State == OperationState.Done;

    TimeSpan IWaiter.Deadline => Plan.Deadline;

    TimeSpan IWaiter.WaitingSince { get; set; }

    int IWaiter.Bytes => Values.SizeHint;

    bool IWaiter.HasTimeAt(TimeSpan now) => Plan.AttemptUntil(now) is not null;

    public void Begin(CqlStatement statement, int number, ICqlValues values, long token, long? timestamp, TimeSpan? within)
    {
        Within = within;
        Statement = statement;
        StatementNumber = number;
        Values = values;
        Token = token;
        Timestamp = timestamp;
        State = OperationState.New;
    }

    /// <param name="now">The present moment.</param>
    /// <param name="longest">The time that a request has whose statement and caller say nothing shorter.</param>
    public void Started(TimeSpan now, TimeSpan longest)
    {
        TimeSpan total = Statement.Deadline is { } own && own < longest ? own : longest;
        Plan = DeadlinePlan.From(now, total, Within);
    }

    /// <summary>Watches the caller's token. Before the task is handed out, so that the operation is not yet anybody else's.</summary>
    public void Watch(Executor executor, CancellationToken cancellationToken)
    {
        _executor = executor;
        _cancellation = cancellationToken.UnsafeRegister(static state => ((Operation)state!).GiveUp(), this);
    }

    /// <summary>The attempt is no longer one of this request's.</summary>
    public void Detach(Attempt attempt)
    {
        attempt.Operation = null;
        First = First == attempt ? null : First;
        Hedge = Hedge == attempt ? null : Hedge;
    }

    /// <summary>No attempt is this request's any more.</summary>
    public void DetachAll()
    {
        if (First is { } first)
        {
            Detach(first);
        }

        if (Hedge is { } hedge)
        {
            Detach(hedge);
        }
    }

    public bool WasTried(Coordinator coordinator) => _tried.Contains(coordinator);

    public void Try(Coordinator coordinator) => _tried.Add(coordinator);

    /// <summary>Everybody was asked in vain once: whoever is asked now is asked again.</summary>
    public bool IsAskingAgain { get; private set; }

    /// <summary>Everybody may be asked again.</summary>
    public void ForgetTries()
    {
        _tried.Clear();
        IsAskingAgain = true;
        Unavailables = 0;
        Retries = 0;
    }

    public void Note(in FailedAttempt failure, string said)
    {
        _failures.Add(failure);
        LastSaid = said;
        LastTimedOut = failure.Result == AttemptResult.AttemptTimeout;
        Unavailables += failure.Result.Rule() == RetryRule.ElsewhereAtOnce ? 1 : 0;
    }

    /// <summary>Everybody who was asked said that it is not allowed.</summary>
    public bool IsUnauthorized
    {
        get
        {
            for (int i = 0; i < _failures.Count; i++)
            {
                if (_failures[i].Result != AttemptResult.Unauthorized)
                {
                    return false;
                }
            }

            return _failures.Count > 0;
        }
    }

    /// <summary>For a person: the last coordinators that were asked, and what came of it.</summary>
    public string Describe()
    {
        if (_failures.Count == 0)
        {
            return "no coordinator could be asked in time";
        }

        int first = Math.Max(0, _failures.Count - DescribedMax);
        System.Text.StringBuilder text = new(first > 0 ? $"asked {_failures.Count} times, the last ones: " : "asked ");
        for (int i = first; i < _failures.Count; i++)
        {
            FailedAttempt failure = _failures[i];
            text.Append(i == first ? "" : ", ").Append(failure.Coordinator.Host.EndPoint).Append(' ').Append(failure.Result);
            if (failure.Required > 0)
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $" ({failure.Alive} of {failure.Required})");
            }
        }

        return text.ToString();
    }

    /// <summary>It is over; the caller learns it once the lock is released.</summary>
    public void Finish(CoreLock core, in CqlResult result)
    {
        State = OperationState.Done;
        _result = result;
        core.Defer(this);
    }

    void IEffect.Run()
    {
        _source.RunContinuationsAsynchronously = !_completeInline && !InlineCompletions.TryTake();
        _source.SetResult(_result);
    }

    CqlResult IValueTaskSource<CqlResult>.GetResult(short token)
    {
        CqlResult result = _source.GetResult(token);

        // When the token's callback is running at this moment, it still holds this object: it is then left to the collector.
        if (_cancellation == default || _cancellation.Unregister())
        {
            Reset();
            OperationPool.Return(this);
        }

        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<CqlResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<CqlResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private Executor? _executor;

    private void GiveUp() => _executor?.Cancel(this);

    private void Reset()
    {
        _source.Reset();
        _cancellation = default;
        _executor = null;
        _result = default;
        IsAskingAgain = false;
        _tried.Clear();
        _failures.Clear();
        Statement = null!;
        Caller = null;
        Attempts = 0;
        Values = null!;
        First = null;
        Hedge = null;
        Preferred = null;
        Unavailables = 0;
        Retries = 0;
        IsTrial = false;
        LastSaid = null;
        LastTimedOut = false;
    }
}

/// <summary>Where a request stands.</summary>
internal enum OperationState
{
    New,

    /// <summary>One or two attempts are out.</summary>
    Running,

    /// <summary>It waits for its range, for a budget, or for a coordinator that has room.</summary>
    Waiting,
    Done,
}

/// <summary>What a failed attempt leaves behind: with a later success elsewhere it is a contradiction.</summary>
internal readonly record struct FailedAttempt(Coordinator Coordinator, AttemptResult Result, int Required, int Alive, TimeSpan Sent);
