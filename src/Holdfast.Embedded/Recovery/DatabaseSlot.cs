using Holdfast.Embedded.Native;

namespace Holdfast.Embedded.Recovery;

/// <summary>
/// The database that is open now, which the writer may replace under running reads. Reads take it, use it and give it back;
/// while it is being replaced they wait, because a failed read logs a user out.
/// </summary>
internal sealed class DatabaseSlot(RocksDatabase database)
{
    private volatile RocksDatabase? _database = database;
    private volatile TaskCompletionSource _filled = Filled();

    /// <summary>The database, acquired; null while there is none.</summary>
    public RocksDatabase? TryAcquire()
    {
        RocksDatabase? database = _database;
        return database is not null && database.TryAcquire() ? database : null;
    }

    /// <summary>Completes when there is a database again.</summary>
    public Task WhenFilled => _filled.Task;

    /// <summary>Takes the database out and closes it, once its last reader has left.</summary>
    public Task EmptyAsync()
    {
        RocksDatabase? database = _database;
        if (database is null)
        {
            return Task.CompletedTask;
        }

        _filled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _database = null;
        return database.ReleaseAndCloseAsync();
    }

    public void Fill(RocksDatabase database)
    {
        _database = database;
        _filled.TrySetResult();
    }

    private static TaskCompletionSource Filled()
    {
        TaskCompletionSource filled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        filled.SetResult();
        return filled;
    }
}
