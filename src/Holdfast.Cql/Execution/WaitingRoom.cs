using Holdfast.Cql.Core;

namespace Holdfast.Cql.Execution;

/// <summary>
/// Requests that cannot go on now: those whose range nobody serves, and those whose next retry the budget refused. It says who
/// goes on and who has to fail; the executor does it.
/// </summary>
internal sealed class WaitingRoom(CoreLock core, CqlClusterOptions options, IExecutorListener listener)
{
    private static readonly TimeSpan s_budgetPause = TimeSpan.FromMilliseconds(20);

    private readonly RangeOutages<Operation> _outages = new(options.WaitersMax, options.WaitingBytesMax);
    private readonly List<Operation> _delayed = [];

    public int Count => _outages.Waiters + _delayed.Count;

    /// <summary>Ranges that nobody can serve now, by consistency level.</summary>
    public int DarkRanges => _outages.Count;

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

    /// <summary>The budget refused the request's next retry for now.</summary>
    public void Delay(Operation operation)
    {
        operation.State = OperationState.Waiting;
        operation.RetryAt = core.Now + s_budgetPause;
        _delayed.Add(operation);
        listener.BudgetEmpty();
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
        released.AddRange(_delayed);
        _delayed.Clear();
        return released;
    }

    /// <summary>Looks at the clock.</summary>
    /// <param name="failed">Receives who has to fail.</param>
    /// <param name="next">Receives who goes on: trials, and retries that were delayed.</param>
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
        }

        for (int i = _delayed.Count - 1; i >= 0; i--)
        {
            if (now >= _delayed[i].RetryAt)
            {
                next.Add(_delayed[i]);
                _delayed.RemoveAt(i);
            }
        }
    }
}
