using Holdfast.Embedded.Caching;
using Holdfast.Embedded.Native;
using Holdfast.Embedded.Opening;
using Holdfast.Embedded.Recovery;
using Holdfast.Embedded.Space;
using Holdfast.Embedded.Writing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Embedded.Tests.Writing;

/// <summary>
/// A sync of the log that fails. The database is one that was opened for reads alone: RocksDB refuses to sync its log, as it
/// does after the disk has failed.
/// </summary>
public sealed class LogSyncerTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly StoreMetrics _metrics = new(null, () => 0, () => 0, () => 0, () => 0, () => false, _ => 0);
    private readonly CountedFailures _failures = new();
    private readonly WriteQueue _queue = new(16);
    private readonly UnsyncedLog _unsynced = new();

    public void Dispose()
    {
        _failures.Dispose();
        _metrics.Dispose();
        _queue.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_failed_sync_stays_to_be_done_and_has_the_database_reopened()
    {
        (StoreFolder folder, RocksDatabase made) = StoreFolder.Open(_folder.Data, TimeProvider.System);
        using StoreFolder held = folder;
        await made.ReleaseAndCloseAsync();
        DatabaseSlot slot = new(RocksDatabase.OpenReadOnly(folder.Database, TimeProvider.System));
        Reopener reopener = Reopener(folder);
        using LogSyncer syncer = new(slot, _unsynced, reopener, _queue, TimeSpan.FromHours(1), _metrics, TimeProvider.System);
        _unsynced.Written();

        syncer.SyncOnce();

        Assert.True(_unsynced.HoldsWrites);
        Assert.True(reopener.IsBroken);
        Assert.Equal(1, _failures.Of("sync"));

        syncer.SyncOnce(); // an fsync after one that failed proves nothing: it is not even tried

        Assert.True(_unsynced.HoldsWrites);
        Assert.Equal(1, _failures.Of("sync"));

        reopener.TakeReport(TimeSpan.Zero);
        Assert.NotNull(reopener.Fault);
        Assert.False(reopener.IsDue(TimeSpan.Zero));
        Assert.True(reopener.IsDue(ReopenSchedule.First));
        reopener.TryReopen(slot, ReopenSchedule.First);
        Assert.False(reopener.IsBroken);
        Assert.Null(reopener.Fault);

        syncer.SyncOnce();

        Assert.False(_unsynced.HoldsWrites);
        Assert.Equal(1, _failures.Of("sync"));
        await slot.EmptyAsync();
    }

    [Fact]
    public async Task The_writer_hears_of_it_though_nobody_writes()
    {
        (StoreFolder folder, RocksDatabase made) = StoreFolder.Open(_folder.Data, TimeProvider.System);
        using StoreFolder held = folder;
        await made.ReleaseAndCloseAsync();
        DatabaseSlot slot = new(RocksDatabase.OpenReadOnly(folder.Database, TimeProvider.System));
        Reopener reopener = Reopener(folder);
        using Writer writer = new(
            slot, reopener, new ValueCache(0), _queue, _unsynced, new FreeSpaceGuard(0), () => long.MaxValue, _metrics, TimeProvider.System,
            NullLogger.Instance, sync: false);
        using LogSyncer syncer = new(slot, _unsynced, reopener, _queue, TimeSpan.FromMilliseconds(10), _metrics, TimeProvider.System);
        _unsynced.Written();
        writer.Start();
        syncer.Start();

        long began = TimeProvider.System.GetTimestamp();
        while (_unsynced.HoldsWrites)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(4), "the log was never put on disk");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        Assert.False(writer.IsFailing);
        Assert.Equal(1, _failures.Of("sync"));
        await writer.StopAsync();
        syncer.Dispose();
        await slot.EmptyAsync();
    }

    private Reopener Reopener(StoreFolder folder) => new(
        () => folder.Reopen(TimeProvider.System), () => RocksDatabase.OpenReadOnly(folder.Database, TimeProvider.System), _metrics,
        () => long.MaxValue, () => { }, NullLogger.Instance);
}
