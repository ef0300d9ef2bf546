using Holdfast.Embedded.Native;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging;

namespace Holdfast.Embedded.Recovery;

/// <summary>
/// Gets a database working again whose log has failed. RocksDB refuses every write after such a failure, even when the
/// disk has room again, and its C API cannot resume it: only opening it anew does. Used by the writer's thread alone.
/// </summary>
/// <remarks>
/// The failed database goes on serving reads until the next try; when that fails too, it is opened for reads alone.
/// </remarks>
internal sealed class Reopener(
    string path, TimeProvider time, StoreMetrics metrics, Func<long> freeBytes, Action forgetCached, ILogger logger)
{
    // Opening writes a manifest and a new log: without this much room it would only fail again.
    private const long NeededBytes = 4 * 1024 * 1024;

    private readonly ReopenSchedule _schedule = new();
    private bool _outOfSpace;
    private string _reason = "";
    private volatile bool _failing;

    /// <summary>What writes are answered while the log cannot be written; null when it can.</summary>
    public WriteResult? Fault => !_failing ? null
        : _outOfSpace ? WriteResult.OutOfSpace(_reason) : WriteResult.Unavailable(_reason);

    /// <summary>The log failed.</summary>
    public void Failed(RocksDbException error, TimeSpan now)
    {
        _outOfSpace = error.IsNoSpace;
        _reason = _outOfSpace ? "no space left on the data's filesystem" : "the log cannot be written";
        _schedule.Failed(now);
        _failing = true;
        Log.WriteFailed(logger, SafeReason.Of(error));
    }

    /// <summary>How long until the next try.</summary>
    public TimeSpan Until(TimeSpan now) => _schedule.Until(now);

    public bool IsDue(TimeSpan now) => _failing && _schedule.Until(now) == TimeSpan.Zero;

    /// <summary>Closes and opens; reads wait for as long as that takes.</summary>
    public void TryReopen(DatabaseSlot slot, TimeSpan now)
    {
        if (_outOfSpace && freeBytes() < NeededBytes)
        {
            _schedule.Failed(now);
            return;
        }

        // The writer's own thread may block: it has nothing else to do, and leases last no longer than a copy.
#pragma warning disable VSTHRD002 // not a pool thread, and no context to come back to
        slot.EmptyAsync().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

        // The log may bring back a write that was answered as failed, behind the back of the cache. No reader is inside now.
        forgetCached();
        try
        {
            slot.Fill(RocksDatabase.Open(path, time, create: false));
            _schedule.Succeeded();
            _failing = false;
            metrics.Reopened();
            Log.Reopened(logger);
        }
        catch (RocksDbException error)
        {
            _schedule.Failed(now);
            Log.ReopenFailed(logger, SafeReason.Of(error));
            OpenForReads(slot);
        }
    }

    private void OpenForReads(DatabaseSlot slot)
    {
        try
        {
            slot.Fill(RocksDatabase.OpenReadOnly(path, time));
        }
        catch (RocksDbException error)
        {
            Log.ReopenFailed(logger, SafeReason.Of(error)); // the slot stays empty: reads are answered 'unavailable'
        }
    }
}
