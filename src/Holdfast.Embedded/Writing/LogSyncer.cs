using Holdfast.Embedded.Native;
using Holdfast.Embedded.Recovery;

namespace Holdfast.Embedded.Writing;

/// <summary>
/// For <see cref="Durability.Relaxed"/>: puts the log on disk every so often, on a thread of its own. A sync that fails is handed
/// to the writer, which reopens the database; until then nothing is synced again.
/// </summary>
internal sealed class LogSyncer : IDisposable
{
    private readonly DatabaseSlot _slot;
    private readonly UnsyncedLog _unsynced;
    private readonly Reopener _reopener;
    private readonly WriteQueue _queue;
    private readonly TimeSpan _interval;
    private readonly StoreMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    public LogSyncer(
        DatabaseSlot slot, UnsyncedLog unsynced, Reopener reopener, WriteQueue queue, TimeSpan interval, StoreMetrics metrics, TimeProvider time)
    {
        _slot = slot;
        _unsynced = unsynced;
        _reopener = reopener;
        _queue = queue;
        _interval = interval;
        _metrics = metrics;
        _time = time;
        _thread = new Thread(Run) { IsBackground = true, Name = "holdfast log sync" };
    }

    public void Start() => _thread.Start();

    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _stop.Dispose();
    }

    /// <summary>Syncs what is not known to be on disk, unless the log is broken. The thread's own step.</summary>
    internal void SyncOnce()
    {
        if (!_unsynced.HoldsWrites || _reopener.IsBroken || _slot.TryAcquire() is not { } database)
        {
            return;
        }

        try
        {
            long began = _time.GetTimestamp();
            _unsynced.Begin();
            database.SyncLog();
            _metrics.Synced(_time.GetElapsedTime(began));
        }
        catch (RocksDbException error)
        {
            _unsynced.Failed();
            _reopener.ReportSyncFailure(error); // before the database is given back
            _queue.WakeWriter();
        }
        finally
        {
            database.Release();
        }
    }

    private void Run()
    {
        while (!_stop.Wait(_interval))
        {
            SyncOnce();
        }
    }
}
