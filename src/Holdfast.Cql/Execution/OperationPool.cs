namespace Holdfast.Cql.Execution;

/// <summary>Operations to be used again, so that a request allocates none. Thread-safe, bounded.</summary>
internal sealed class OperationPool(bool completeInline)
{
    private const int KeepMax = 1024;

    private readonly Lock _lock = new();
    private readonly Stack<Operation> _free = new(64);

    public Operation Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out Operation? operation))
            {
                return operation;
            }
        }

        return new Operation(this, completeInline);
    }

    public void Return(Operation operation)
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
