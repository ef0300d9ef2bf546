using Holdfast.Embedded.Caching;
using Holdfast.Embedded.Native;
using Holdfast.Embedded.Recovery;
using Holdfast.Embedded.Space;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging;

namespace Holdfast.Embedded.Writing;

/// <summary>
/// The one thread that writes: takes what waits, commits it as one batch with one fsync, has the cache forget what it
/// replaced, and only then acknowledges. When the log fails it is the one that reopens the database.
/// </summary>
/// <remarks>
/// A thread of its own, because it blocks in fsync: the pool's threads are for requests. It never waits for company: what
/// arrives during one fsync is the company of the next (docs/decisions/0002-group-commit.md).
/// </remarks>
internal sealed class Writer : IDisposable
{
    // Writes in one batch, and bytes, about: one more value may go over it.
    private const int BatchMax = 1024;
    private const long BatchBytesMax = 8 * 1024 * 1024;

    private static readonly TimeSpan IdleWait = FreeSpaceGuard.Interval;

    // Waiting for the disk takes real time, whatever clock entries live by.
    private static readonly TimeProvider DiskClock = TimeProvider.System;

    private readonly DatabaseSlot _slot;
    private readonly Reopener _reopener;
    private readonly ValueCache _cache;
    private readonly WriteQueue _queue;
    private readonly UnsyncedLog _unsynced;
    private readonly FreeSpaceGuard _space;
    private readonly Func<long> _freeBytes;
    private readonly StoreMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _sync;
    private readonly long _started;
    private readonly Thread _thread;
    private readonly WriteBatch _batch = new();
    private readonly List<WriteRequest> _taken = new(BatchMax);
    private readonly List<WriteRequest> _accepted = new(BatchMax);
    private readonly List<WriteRequest> _refused = [];

    public Writer(
        DatabaseSlot slot, Reopener reopener, ValueCache cache, WriteQueue queue, UnsyncedLog unsynced, FreeSpaceGuard space,
        Func<long> freeBytes, StoreMetrics metrics, TimeProvider time, ILogger logger, bool sync)
    {
        _slot = slot;
        _reopener = reopener;
        _cache = cache;
        _queue = queue;
        _unsynced = unsynced;
        _space = space;
        _freeBytes = freeBytes;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _sync = sync;
        _started = DiskClock.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "holdfast writer" };
    }

    /// <summary>True while the log cannot be written.</summary>
    public bool IsFailing => _reopener.IsBroken;

    public void Start() => _thread.Start();

    /// <summary>Writes what waits, refuses what comes, and returns when the thread has ended.</summary>
    public Task StopAsync()
    {
        _queue.Close();
        return Task.Factory.StartNew(
            _thread.Join, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Dispose() => _batch.Dispose();

    private TimeSpan Now => DiskClock.GetElapsedTime(_started);

    private void Run()
    {
        while (true)
        {
            // Also when nobody writes: a refusal that is over must not go on being told.
            LookAtSpace();
            _reopener.TakeReport(Now);
            if (_queue.TryTake(out WriteRequest request))
            {
                Take(request);
                Commit();
            }
            else if (_queue.IsDrained)
            {
                return;
            }
            else
            {
                _queue.Wait(_reopener.Fault is null ? IdleWait : _reopener.Until(Now));
            }

            if (_reopener.IsDue(Now) && !_queue.IsClosed)
            {
                _reopener.TryReopen(_slot, Now);
            }
        }
    }

    private void Take(WriteRequest first)
    {
        long bytes = 0;
        WriteRequest? next = first;
        do
        {
            if (next.TryTake())
            {
                _taken.Add(next);
                bytes += next.IsDelete ? 0 : next.Value.Length;
            }
        }
        while (_taken.Count < BatchMax && bytes < BatchBytesMax && _queue.TryTake(out next));
    }

    private void Commit()
    {
        if (_reopener.Fault is { } fault)
        {
            Acknowledgements.Send(_taken, fault);
            _taken.Clear();
            return;
        }

        long nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (WriteRequest request in _taken)
        {
            if (!request.IsDelete && _space.RefusesValues)
            {
                _refused.Add(request);
                continue;
            }

            if (request.IsDelete)
            {
                _batch.Delete(request.Key.Utf8.Span);
            }
            else
            {
                _batch.Put(request.Key.Utf8.Span, EntryHeader.For(request.Ttl.Seconds, nowMs), request.Value);
            }

            _cache.ShardOf(request.Key.Utf8.Span).Begin(request.Key.Utf8);
            _accepted.Add(request);
        }

        _taken.Clear();
        Acknowledgements.Send(_refused, WriteResult.OutOfSpace("free space is below storage.embedded.min_free_bytes"));
        _refused.Clear();
        if (_accepted.Count > 0)
        {
            Acknowledge(WriteBatchToLog());
        }
    }

    /// <summary>Null when the batch is in the log; else what to answer.</summary>
    private WriteResult? WriteBatchToLog()
    {
        long began = DiskClock.GetTimestamp();
        RocksDatabase? database = _slot.TryAcquire();
        if (database is null)
        {
            _batch.Clear(); // what was refused must not ride along with the next batch
            return WriteResult.Unavailable("the database is being reopened");
        }

        try
        {
            database.Write(_batch, _sync);
            _unsynced.Written();
            _metrics.Committed(DiskClock.GetElapsedTime(began), _accepted.Count);
            return null;
        }
        catch (RocksDbException error)
        {
            _reopener.Failed(error, Now);
            return _reopener.Fault;
        }
        finally
        {
            database.Release();
            _batch.Clear();
        }
    }

    private void Acknowledge(WriteResult? failure)
    {
        foreach (WriteRequest request in _accepted)
        {
            // After a failure, too: the write may or may not come back with the log.
            ReadOnlySpan<byte> key = request.Key.Utf8.Span;
            _cache.ShardOf(key).End(key);
        }

        Acknowledgements.Send(_accepted, failure ?? WriteResult.Ok);
        _accepted.Clear();
    }

    private void LookAtSpace()
    {
        if (!_space.IsDue(Now))
        {
            return;
        }

        long free = _freeBytes();
        if (_space.Look(free, Now))
        {
            if (_space.RefusesValues)
            {
                Log.SpaceLow(_logger, free);
            }
            else
            {
                Log.SpaceBack(_logger, free);
            }
        }
    }
}
