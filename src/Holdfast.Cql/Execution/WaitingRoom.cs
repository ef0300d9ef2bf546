using Holdfast.Cql.Core;

namespace Holdfast.Cql.Execution;

/// <summary>
/// Requests that cannot go on now: those whose range nobody serves, those whose next retry the budget refused, and those for whom no
/// coordinator has room. It says who goes on and who has to fail; the executor does it.
/// </summary>
internal sealed class WaitingRoom(CoreLock core, CqlClusterOptions options, IExecutorListener listener)
{
    private readonly RangeOutages<Operation> _outages = new(options.WaitersMax, options.WaitingBytesMax);
    private readonly DelayedAttempts _delayed = new(options.WaitersMax, options.WaitingBytesMax, listener);
    private readonly List<ConsistencyLevel> _forgotten = [];

    public int Count => _outages.Waiters + _delayed.Count;

    /// <summary>True while the clock has to be looked at.</summary>
    public bool IsAtWork => _outages.Count > 0 || _delayed.Count > 0;

    /// <summary>Ranges that nobody can serve now, by consistency level.</summary>
    public int DarkRanges => _outages.Count;

    /// <summary>How many of them at one level.</summary>
    public int DarkRangesAt(ConsistencyLevel level) => _outages.CountAt(level);

    public bool IsAnyDark(ConsistencyLevel level) => _outages.CountAt(level) > 0;

    public TimeSpan DarkFor => _outages.Longest(core.Now);

    public bool IsDark(ReplicaSetId set, ConsistencyLevel level) => _outages.IsDark(set, level);

    public bool IsDark(Operation operation) => _outages.IsDark(operation.Set, operation.Statement.Consistency);

    /// <summary>Everybody who could serve it was asked: its range is dark from now.</summary>
    public void Darken(Operation operation)
    {
        ConsistencyLevel level = operation.Statement.Consistency;
        if (_outages.Begin(operation.Set, level, core.Now))
        {
            listener.RangeDark(operation, operation.LastSaid ?? "no coordinator is connected", _outages.Count);
        }
    }

    /// <summary>Takes in a request whose range is dark; false when it has to fail now.</summary>
    /// <param name="operation">The request.</param>
    /// <param name="failed">Receives others that have to fail because this one was their trial.</param>
    public bool TryEnter(Operation operation, List<Operation> failed)
    {
        bool wasTrial = operation.IsTrial;
        operation.State = OperationState.Waiting;
        bool waits = _outages.TryWait(operation.Set, operation.Statement.Consistency, operation, wasTrial, core.Now);
        EndTrial(operation, failed);
        return waits;
    }

    /// <summary>If the request was a trial, it is none any more.</summary>
    public void EndTrial(Operation operation, List<Operation> failed)
    {
        if (operation.IsTrial)
        {
            operation.IsTrial = false;
            _outages.TrialFailed(operation.Set, operation.Statement.Consistency, operation.TrialBegan, core.Now, failed);
        }
    }

    /// <summary>The budget refuses the request's next retry for now; false when it has to fail, for want of room to wait in.</summary>
    public bool TryDelay(Operation operation, RetryBudget budget)
    {
        listener.BudgetEmpty();
        operation.State = OperationState.Waiting;
        return _delayed.TryAdd(operation, budget);
    }

    /// <summary>Who could serve the request has as much as it takes; false when it has to fail, for want of room to wait in.</summary>
    public bool TryAwaitRoom(Operation operation)
    {
        operation.State = OperationState.Waiting;
        return _delayed.TryAdd(operation, budget: null);
    }

    /// <summary>The request is over for another reason.</summary>
    public void Leave(Operation operation)
    {
        if (operation.State == OperationState.Waiting)
        {
            _outages.Leave(operation.Set, operation.Statement.Consistency, operation);
            _delayed.Remove(operation);
        }
    }

    /// <summary>The range is served; who waited for it goes on.</summary>
    public IReadOnlyList<Operation> Light(ReplicaSetId set, ConsistencyLevel level)
    {
        if (_outages.Count == 0)
        {
            return [];
        }

        List<Operation> released = [];
        if (_outages.End(set, level, released))
        {
            listener.RangeLit(set, level, _outages.Count);
        }

        return released;
    }

    /// <summary>The ring changed, or all is over: everybody out.</summary>
    public IReadOnlyList<Operation> Clear()
    {
        List<Operation> released = [];
        _outages.Clear(released);
        _delayed.Clear(released);
        return released;
    }

    /// <summary>Looks at the clock.</summary>
    /// <param name="failed">Receives who has to fail.</param>
    /// <param name="next">Receives who goes on: trials, retries that the budget has room for now, and who looks for a coordinator again.</param>
    public void Tick(List<Operation> failed, List<Operation> next)
    {
        TimeSpan now = core.Now;
        if (_outages.Count > 0)
        {
            _outages.Tick(now, failed, next);
            foreach (Operation trial in next)
            {
                trial.IsTrial = true;
                trial.TrialBegan = now;
                trial.Unavailables = 0;
                trial.Retries = 0;
            }

            Forget(now);
        }

        _delayed.Tick(now, failed, next);
    }

    private void Forget(TimeSpan now)
    {
        _forgotten.Clear();
        _outages.Forget(now, _forgotten);
        foreach (ConsistencyLevel level in _forgotten)
        {
            listener.RangeForgotten(level, _outages.Count);
        }
    }
}
