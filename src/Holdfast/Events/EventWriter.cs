using System.Threading.Channels;
using Holdfast.Telemetry;

namespace Holdfast.Events;

/// <summary>
/// The one task that writes: a batch as soon as there is something, to the disk proper once a second. What cannot be written is
/// tried again until it can, or until the service leaves.
/// </summary>
internal sealed class EventWriter(
    ChannelReader<ServiceEvent> queue, Func<EventFolder> open, Started begun, Func<long> dropped, TimeProvider time, ILogger logger,
    CancellationToken leaving)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_sync = TimeSpan.FromSeconds(1);

    private readonly List<byte> _batch = [];
    private readonly byte[] _heading = EventLine.Write(new Continued(begun.Instance, begun.Version) { At = begun.At });
    private EventFolder? _folder;
    private int _batchEvents;
    private long _lossTold;
    private long _syncedAt = time.GetTimestamp();
    private bool _unsynced;
    private bool _fails;

    /// <summary>Runs until the queue is complete.</summary>
    /// <returns>How many events were left unwritten.</returns>
    public async Task<long> RunAsync()
    {
        var written = await WriteAsync();
        var next = queue.WaitToReadAsync(CancellationToken.None).AsTask();
        while (true)
        {
            await UntilSyncAsync(next);
            if (!next.IsCompleted)
            {
                Sync();
                continue;
            }

            if (!await next)
            {
                break;
            }

            while (written && Gather())
            {
                written = await WriteAsync();
            }

            if (!written)
            {
                break;
            }

            next = queue.WaitToReadAsync(CancellationToken.None).AsTask();
        }

        Sync();
        _folder?.Dispose();
        long left = _batchEvents;
        while (queue.TryRead(out _))
        {
            left++;
        }

        return left;
    }

    /// <summary>Takes what is queued, as far as it fits one write.</summary>
    private bool Gather()
    {
        while (_batch.Count < SegmentRules.BatchBytesMax && queue.TryRead(out var happened))
        {
            var lost = dropped();
            if (lost > _lossTold)
            {
                Append(new EventsLost(lost - _lossTold) { At = happened.At });
                _lossTold = lost;
            }

            Append(happened);
        }

        return _batch.Count > 0;
    }

    private void Append(ServiceEvent happened)
    {
        _batch.AddRange(EventLine.Write(happened));
        _batchEvents++;
    }

    /// <summary>Writes the batch, however long it takes. False when the service leaves before it could be.</summary>
    private async Task<bool> WriteAsync()
    {
        while (!TryWrite(out var problem))
        {
            if (!_fails)
            {
                _fails = true;
                logger.EventsNotWritten(problem ?? "it did not say why");
            }

            if (leaving.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(s_retry, time, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_fails)
        {
            _fails = false;
            logger.EventsWrittenAgain();
        }

        return true;
    }

    private bool TryWrite(out string? problem)
    {
        if (!TryOpen(out problem))
        {
            return false;
        }

        if (_batch.Count > 0 && !_folder!.TryAppend(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_batch), _heading, out problem))
        {
            return false;
        }

        _unsynced |= _batch.Count > 0;
        _batch.Clear();
        _batchEvents = 0;
        if (time.GetElapsedTime(_syncedAt) >= s_sync)
        {
            Sync();
        }

        return true;
    }

    private bool TryOpen(out string? problem)
    {
        problem = null;
        if (_folder is not null)
        {
            return true;
        }

        try
        {
            _folder = open();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = failure.Message;
            return false;
        }

        var unclean = _folder.Last is { } last and not Stopped ? last.At : (DateTimeOffset?)null;
        _batch.InsertRange(0, EventLine.Write(begun with { Unclean = unclean is not null, LastSign = unclean }));
        _batchEvents++;
        return true;
    }

    private async Task UntilSyncAsync(Task next)
    {
        if (!_unsynced)
        {
            await next;
            return;
        }

        var rest = s_sync - time.GetElapsedTime(_syncedAt);
        await next.WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Sync()
    {
        _syncedAt = time.GetTimestamp();
        if (_unsynced && _folder!.TrySync(out _))
        {
            _unsynced = false;
        }
    }
}
