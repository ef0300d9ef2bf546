using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Holdfast.Cassandra.Deletes;

/// <summary>
/// Writes the queue's changes to the log, on a task of its own: no request waits for a disk. What it is told reaches the operating
/// system within milliseconds and the disk within a quarter of a second; what is younger than that, a killed process or a power cut
/// may take away, and such a delete is then not repeated.
/// </summary>
/// <param name="log">Its file; this class alone touches it.</param>
/// <param name="capacity">How many changes may wait: what the queue may hold, twice, since each is added and settled.</param>
/// <param name="pending">Everything that is pending, at the moment of the call; may be called on any thread.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Receives its line.</param>
internal sealed class DeleteJournal(
    DeleteLog log, int capacity, Func<IReadOnlyList<PendingDelete>> pending, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_syncEvery = TimeSpan.FromMilliseconds(250);

    private readonly Channel<(bool IsSettled, PendingDelete Delete)> _changes = Channel.CreateBounded<(bool, PendingDelete)>(
        new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private volatile bool _failing;
    private bool _rewrite;

    /// <summary>False while changes cannot be written: a restart would lose them.</summary>
    public bool IsWell => !_failing;

    /// <summary>In the order in which the queue changed: to be called under its lock.</summary>
    public void Changed(bool isSettled, PendingDelete delete)
    {
        if (!_changes.Writer.TryWrite((isSettled, delete)))
        {
            Failed("the disk is too slow");
        }
    }

    /// <summary>No more changes come.</summary>
    public void Complete() => _changes.Writer.Complete();

    /// <summary>Until <see cref="Complete"/>, and all is written.</summary>
    public async Task RunAsync()
    {
        using (log)
        {
            long synced = time.GetTimestamp();
            bool unsynced = false;
            Task<bool>? more = null;
            while (true)
            {
                more ??= _changes.Reader.WaitToReadAsync().AsTask();
                TimeSpan left = s_syncEvery - time.GetElapsedTime(synced);
                if (unsynced && (left <= TimeSpan.Zero || await Task.WhenAny(more, Task.Delay(left, time)).ConfigureAwait(false) != more))
                {
                    unsynced = !Try(Settle);
                    synced = time.GetTimestamp();
                    continue;
                }

                if (!await more.ConfigureAwait(false))
                {
                    Try(Settle);
                    return;
                }

                more = null;
                unsynced = true;
                if (!Write())
                {
                    // Half of them may be lost to the file: it is written anew with all that is pending.
                    _rewrite = true;
                }
            }
        }
    }

    /// <summary>Everything that waits.</summary>
    private bool Write() => Try(() =>
    {
        while (_changes.Reader.TryRead(out (bool IsSettled, PendingDelete Delete) change))
        {
            if (change.IsSettled)
            {
                log.Settle(change.Delete);
            }
            else
            {
                log.Add(change.Delete);
            }
        }

        log.Flush();
    });

    /// <summary>To the disk; and what is settled leaves it.</summary>
    private void Settle()
    {
        IReadOnlyList<PendingDelete>? left = null;
        if (_rewrite || log.IsMostlySettled || (left = pending()).Count == 0)
        {
            // What changes from here on comes through the channel and is written after this.
            left ??= pending();
            if (left.Count == 0)
            {
                log.Clear();
            }
            else
            {
                log.Rewrite(left);
            }

            _rewrite = false;
        }

        log.Sync();
    }

    private bool Try(Action write)
    {
        try
        {
            write();
            _failing = false;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Failed(failure.Message);
            return false;
        }
    }

    private void Failed(string reason)
    {
        if (!_failing)
        {
            _failing = true;
            logger.DeleteLogFails(reason);
        }
    }
}
