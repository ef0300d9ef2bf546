namespace Holdfast.Cql.Execution;

/// <summary>
/// Requests whose next attempt has to wait, in the order in which they came: the budget refused the retry, or everybody who could serve
/// it has as much as he takes. Each goes on as soon as there is room, and fails when no attempt would fit its deadline any more.
/// </summary>
/// <param name="countMax">How many may wait; one more has to fail.</param>
/// <param name="bytesMax">What they may keep in memory together.</param>
/// <param name="listener">Is told of each retry that goes on.</param>
internal sealed class DelayedAttempts(int countMax, long bytesMax, IExecutorListener listener)
{
    /// <summary>Between two looks: a budget grows by some retries a second.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly List<(Operation Operation, RetryBudget? Budget)> _waiting = [];
    private long _bytes;
    private TimeSpan _lookAt;

    public int Count => _waiting.Count;

    /// <summary>False when there is no room to wait in.</summary>
    /// <param name="operation">Who waits.</param>
    /// <param name="budget">What has to have room for it; null where a coordinator has to.</param>
    public bool TryAdd(Operation operation, RetryBudget? budget)
    {
        int bytes = ((IWaiter)operation).Bytes;
        if (_waiting.Count >= countMax || _bytes + bytes > bytesMax)
        {
            return false;
        }

        _waiting.Add((operation, budget));
        _bytes += bytes;
        return true;
    }

    /// <summary>The request is over for another reason.</summary>
    public void Remove(Operation operation)
    {
        int index = _waiting.FindIndex(one => one.Operation == operation);
        if (index >= 0)
        {
            _waiting.RemoveAt(index);
            _bytes -= ((IWaiter)operation).Bytes;
        }
    }

    public void Clear(List<Operation> into)
    {
        foreach ((Operation operation, _) in _waiting)
        {
            into.Add(operation);
        }

        _waiting.Clear();
        _bytes = 0;
    }

    /// <summary>Looks at the clock and the budgets.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="failed">Receives who has to fail.</param>
    /// <param name="next">Receives whose retry is paid for, and who looks for a coordinator again.</param>
    public void Tick(TimeSpan now, List<Operation> failed, List<Operation> next)
    {
        if (_waiting.Count == 0 || now < _lookAt)
        {
            return;
        }

        _lookAt = now + s_pause;
        int kept = 0;
        for (int i = 0; i < _waiting.Count; i++)
        {
            (Operation operation, RetryBudget? budget) = _waiting[i];
            bool hasTime = ((IWaiter)operation).HasTimeAt(now);
            if (hasTime && budget?.TryTake(now) == false)
            {
                _waiting[kept++] = _waiting[i];
                continue;
            }

            if (hasTime && budget is not null)
            {
                operation.Retries++;
                listener.Retried();
            }

            (hasTime ? next : failed).Add(operation);
            _bytes -= ((IWaiter)operation).Bytes;
        }

        _waiting.RemoveRange(kept, _waiting.Count - kept);
    }
}
