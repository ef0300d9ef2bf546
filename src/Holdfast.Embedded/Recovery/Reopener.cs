using Holdfast.Embedded.Native;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging;

namespace Holdfast.Embedded.Recovery;

/// <summary>
/// Gets a database working again whose log has failed. RocksDB refuses every write after such a failure, even when the
/// disk has room again, and its C API cannot resume it: only opening it anew does. Used by the writer's thread alone, but
/// for <see cref="ReportSyncFailure"/> and <see cref="IsBroken"/>.
/// </summary>
/// <remarks>
/// The failed database goes on serving reads until the next try; when that fails too, it is opened for reads alone, unless it
/// is damaged: then reads would miss what they should find, without a word (docs/decisions/0005-reopening-checks-the-logs-too.md).
/// </remarks>
/// <param name="open">Checks the database's files and opens it; throws as <c>StoreFolder.Reopen</c> does.</param>
/// <param name="openForReads">Opens it for reads alone.</param>
/// <param name="metrics">What happened, counted.</param>
/// <param name="freeBytes">Free on the data's filesystem.</param>
/// <param name="forgetCached">Empties the cache.</param>
/// <param name="logger">What happened, told.</param>
internal sealed class Reopener(
    Func<RocksDatabase> open, Func<RocksDatabase> openForReads, StoreMetrics metrics, Func<long> freeBytes, Action forgetCached, ILogger logger)
{
    // Opening writes a manifest and a new log: without this much room it would only fail again.
    private const long NeededBytes = 4 * 1024 * 1024;

    private readonly ReopenSchedule _schedule = new();
    private bool _outOfSpace;
    private string _reason = "";
    private volatile bool _failing;
    private volatile RocksDbException? _syncFailure;

    /// <summary>What writes are answered while the log cannot be written; null when it can.</summary>
    public WriteResult? Fault => !_failing ? null
        : _outOfSpace ? WriteResult.OutOfSpace(_reason) : WriteResult.Unavailable(_reason);

    /// <summary>True from a failure of the log until it has been reopened. Thread-safe.</summary>
    public bool IsBroken => _failing || _syncFailure is not null;

    /// <summary>
    /// The log could not be put on disk: the writer shall reopen it. The kernel forgets what it failed to write, so that another
    /// fsync would succeed and prove nothing. Thread-safe; the database must not have been given back yet.
    /// </summary>
    public void ReportSyncFailure(RocksDbException error)
    {
        metrics.SyncFailed();
        Log.SyncFailed(logger, SafeReason.Of(error));
        _syncFailure = error;
    }

    /// <summary>Takes over what was reported, if anything was.</summary>
    public void TakeReport(TimeSpan now)
    {
        if (!_failing && _syncFailure is { } error)
        {
            Break(error, now);
        }
    }

    /// <summary>A write to the log failed.</summary>
    public void Failed(RocksDbException error, TimeSpan now)
    {
        metrics.WriteFailed();
        Log.WriteFailed(logger, SafeReason.Of(error));
        Break(error, now);
    }

    private void Break(RocksDbException error, TimeSpan now)
    {
        _outOfSpace = error.IsNoSpace;
        _reason = _outOfSpace ? "no space left on the data's filesystem" : "the log cannot be written";
        _schedule.Failed(now);
        _failing = true;
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

        // The log may bring back a write that was answered as failed, behind the back of the cache. No reader is inside now,
        // and nobody can report a failure of a database that is closed.
        forgetCached();
        _syncFailure = null;
        try
        {
            slot.Fill(open());
            _schedule.Succeeded();
            _failing = false;
            metrics.Reopened();
            Log.Reopened(logger);
        }
        catch (StoreOpenException damaged)
        {
            _schedule.Failed(now);
            (_outOfSpace, _reason) = (false, "the database is damaged");
            Log.ReopenRefused(logger, damaged.Message); // the slot stays empty: reads are answered 'unavailable'
        }
        catch (Exception error) when (error is RocksDbException or IOException or UnauthorizedAccessException)
        {
            _schedule.Failed(now);
            Log.ReopenFailed(logger, Reason(error));
            OpenForReads(slot);
        }
    }

    private void OpenForReads(DatabaseSlot slot)
    {
        try
        {
            slot.Fill(openForReads());
        }
        catch (RocksDbException error)
        {
            Log.ReopenFailed(logger, SafeReason.Of(error)); // the slot stays empty: reads are answered 'unavailable'
        }
    }

    private static string Reason(Exception error) => error is RocksDbException rocks ? SafeReason.Of(rocks) : error.Message;
}
