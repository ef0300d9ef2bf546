using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Holdfast.Cassandra.Deletes;

/// <summary>The thin shell of <see cref="DeleteQueue"/>: keeps it on disk, repeats what is due, counts and tells.</summary>
internal sealed class DeleteRepeater : IAsyncDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Holdfast.Cassandra";

    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(250);

    private readonly Func<PendingDelete, CancellationToken, Task<bool>> _repeat;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DeleteQueue _queue;
    private readonly DeleteJournal? _journal;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly Task _loop;
    private readonly Task _writing;

    /// <param name="options">Bounds, and where it is kept.</param>
    /// <param name="repeat">Executes one at every data centre; true when that succeeded.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives its few lines.</param>
    /// <param name="meters">Where metrics go; null for nowhere.</param>
    public DeleteRepeater(
        DeleteQueueOptions options, Func<PendingDelete, CancellationToken, Task<bool>> repeat, TimeProvider time, ILogger logger,
        IMeterFactory? meters)
    {
        _repeat = repeat;
        _time = time;
        _logger = logger;
        _queue = new DeleteQueue(options);
        _journal = Open(options);
        if (meters is not null)
        {
            Measure(meters.Create(MeterName));
        }

        _loop = RunAsync();
        _writing = _journal is null ? Task.CompletedTask : Task.Run(_journal.RunAsync);
    }

    public int Pending
    {
        get
        {
            lock (_lock)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Deletes that reached every data centre by a repeat.</summary>
    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>Deletes that outlived every row they could have deleted.</summary>
    public long GivenUp => Volatile.Read(ref _givenUp);

    /// <summary>Deletes that were not queued, for want of room.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    private long _repeated;
    private long _givenUp;
    private long _dropped;

    /// <summary>To be repeated from now on, and after a restart.</summary>
    public void Add(PendingDelete delete)
    {
        lock (_lock)
        {
            int before = _queue.Count;
            if (!_queue.TryAdd(delete, _time.GetUtcNow()))
            {
                if (Interlocked.Increment(ref _dropped) == 1)
                {
                    _logger.DeletesDropped(before);
                }

                return;
            }

            if (before == 0)
            {
                _logger.DeletesPending();
            }

            _journal?.Changed(isSettled: false, delete);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _loop;
        _journal?.Complete();
        await _writing;
        _closing.Dispose();
    }

    private DeleteJournal? Open(DeleteQueueOptions options)
    {
        if (options.Folder is not { } folder)
        {
            return null;
        }

        try
        {
            DeleteLog log = DeleteLog.Open(folder, out IReadOnlyCollection<PendingDelete> pending, out long damaged);
            foreach (PendingDelete delete in pending)
            {
                _queue.TryAdd(delete, _time.GetUtcNow());
            }

            if (damaged > 0)
            {
                _logger.DeleteLogDamaged(folder, damaged, pending.Count);
            }

            if (pending.Count > 0)
            {
                _logger.DeletesFound(pending.Count, folder);
            }

            return new DeleteJournal(log, options.CountMax * 2, Snapshot, _time, _logger);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Sessions are served all the same: a file system that may not be written is no reason to refuse them.
            _logger.DeletesInMemory(folder, failure.Message);
            return null;
        }
    }

    private async Task RunAsync()
    {
        using PeriodicTimer timer = new(s_lookEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token).ConfigureAwait(false))
            {
                while (await RoundAsync().ConfigureAwait(false))
                {
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Closing: what is pending lies on the disk.
        }
    }

    /// <summary>True when the next round may begin at once.</summary>
    private async Task<bool> RoundAsync()
    {
        IReadOnlyList<PendingDelete> due;
        lock (_lock)
        {
            Settle(_queue.Expire(_time.GetUtcNow()), ref _givenUp);
            due = _queue.TakeDue(_time.GetUtcNow());
        }

        if (due.Count == 0)
        {
            return false;
        }

        bool[] fared = await Task.WhenAll(due.Select(delete => _repeat(delete, _closing.Token))).ConfigureAwait(false);
        lock (_lock)
        {
            List<PendingDelete> done = [.. due.Where((delete, index) => fared[index] && _queue.Remove(delete))];
            Settle(done, ref _repeated);
            bool any = fared.Contains(true);
            _queue.RoundEnded(any, _time.GetUtcNow());
            if (_queue.Count == 0 && done.Count > 0)
            {
                _logger.DeletesDone(_repeated);
            }

            return any && _queue.Count > 0;
        }
    }

    private void Settle(IReadOnlyList<PendingDelete> deletes, ref long count)
    {
        Interlocked.Add(ref count, deletes.Count);
        foreach (PendingDelete delete in deletes)
        {
            _journal?.Changed(isSettled: true, delete);
        }
    }

    private List<PendingDelete> Snapshot()
    {
        lock (_lock)
        {
            return [.. _queue.All];
        }
    }

    private void Measure(Meter meter)
    {
        _ = meter.CreateObservableGauge("holdfast_deletes_pending", () => Pending, "{delete}", "Deletes that have yet to reach every data centre");
        _ = meter.CreateObservableGauge("holdfast_deletes_pending_bytes", () => _queue.Bytes, "By", "Memory that pending deletes take");
        _ = meter.CreateObservableGauge(
            "holdfast_deletes_on_disk", () => _journal is { IsWell: true } ? 1 : 0, null, "1 while pending deletes survive a restart");
        _ = meter.CreateObservableCounter("holdfast_deletes_repeated", () => Repeated, "{delete}", "Deletes that a repeat brought to every data centre");
        _ = meter.CreateObservableCounter("holdfast_deletes_given_up", () => GivenUp, "{delete}", "Deletes that were pending for as long as a session may live");
        _ = meter.CreateObservableCounter("holdfast_deletes_dropped", () => Dropped, "{delete}", "Deletes that are not repeated, because too many were pending");
    }
}
