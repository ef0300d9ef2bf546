namespace Holdfast.Cql.Execution;

/// <summary>
/// Operations to be used again, so that a request allocates none. Thread-safe, bounded. A thread keeps the one that it gave back last to
/// itself: who awaits one request after another gets the same one again, from its own processor's cache and without a lock.
/// </summary>
internal sealed class OperationPool(bool completeInline)
{
    private const int KeepMax = 1024;

    [ThreadStatic]
    private static Operation? t_last;

    private readonly Lock _lock = new();
    private readonly Stack<Operation> _free = new(64);

    public Operation Rent()
    {
        if (t_last is { } last && last.Pool == this)
        {
            t_last = null;
            return last;
        }

        lock (_lock)
        {
            if (_free.TryPop(out Operation? operation))
            {
                return operation;
            }
        }

        return new Operation(this, completeInline);
    }

    /// <summary>Takes an operation back; what the thread kept before goes to where it came from.</summary>
    public static void Return(Operation operation)
    {
        Operation? before = t_last;
        t_last = operation;
        before?.Pool.Keep(before);
    }

    private void Keep(Operation operation)
    {
        lock (_lock)
        {
            if (_free.Count < KeepMax)
            {
                _free.Push(operation);
            }
        }
    }
}
