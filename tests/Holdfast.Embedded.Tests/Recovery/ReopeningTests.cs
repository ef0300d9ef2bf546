using System.Buffers;
using System.Text;
using Holdfast.Embedded.Native;
using Holdfast.Embedded.Opening;
using Holdfast.Embedded.Recovery;
using Holdfast.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Embedded.Tests.Recovery;

/// <summary>A database that is opened again in process, after its log has failed.</summary>
public sealed class ReopeningTests : IDisposable
{
    private static readonly TimeSpan Later = TimeSpan.FromHours(1);

    private readonly DataFolder _folder = new();
    private readonly StoreMetrics _metrics = new(null, () => 0, () => 0, () => 0, () => 0, () => false, _ => 0);

    public void Dispose()
    {
        _metrics.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_log_that_RocksDB_would_silently_cut_short_is_refused_and_nobody_is_told_not_found()
    {
        (StoreFolder folder, RocksDatabase database) = StoreFolder.Open(_folder.Data, TimeProvider.System);
        using StoreFolder held = folder;
        for (int i = 0; i < 50; i++)
        {
            Write(database, $"key{i}");
        }

        DatabaseSlot slot = new(database);
        Reopener reopener = Failed(new(
            () => folder.Reopen(TimeProvider.System), () => RocksDatabase.OpenReadOnly(folder.Database, TimeProvider.System), _metrics,
            () => long.MaxValue, () => { }, NullLogger.Instance));
        string log = _folder.NewestLog();
        byte[] whole = File.ReadAllBytes(log);
        byte[] flipped = [.. whole];
        flipped[5] ^= 4; // the first record's length: RocksDB takes the rest for a torn end
        File.WriteAllBytes(log, flipped);
        Dictionary<string, string> before = _folder.Snapshot();

        reopener.TryReopen(slot, Later);

        Assert.Null(slot.TryAcquire());
        Assert.Equal(StoreStatus.Unavailable, reopener.Fault?.Status);
        Assert.Equal(before, _folder.Snapshot());

        File.WriteAllBytes(log, whole);
        reopener.TryReopen(slot, Later + Later);

        Assert.Null(reopener.Fault);
        RocksDatabase? reopened = slot.TryAcquire();
        Assert.NotNull(reopened);
        Assert.All(Enumerable.Range(0, 50), i => Assert.True(Holds(reopened, $"key{i}")));
        reopened.Release();
        await slot.EmptyAsync();
    }

    [Fact]
    public async Task While_it_cannot_be_opened_for_writes_it_is_for_reads()
    {
        (StoreFolder folder, RocksDatabase database) = StoreFolder.Open(_folder.Data, TimeProvider.System);
        using StoreFolder held = folder;
        Write(database, "key");
        DatabaseSlot slot = new(database);
        bool mended = false;
        Reopener reopener = Failed(new(
            () => mended ? folder.Reopen(TimeProvider.System) : throw new RocksDbException("IO error: While appending to file: File too large"),
            () => RocksDatabase.OpenReadOnly(folder.Database, TimeProvider.System), _metrics, () => long.MaxValue, () => { }, NullLogger.Instance));

        reopener.TryReopen(slot, Later);

        RocksDatabase? forReads = slot.TryAcquire();
        Assert.NotNull(forReads);
        Assert.True(Holds(forReads, "key"));
        Assert.Throws<RocksDbException>(() => Write(forReads, "other"));
        forReads.Release();
        Assert.NotNull(reopener.Fault);

        mended = true;
        reopener.TryReopen(slot, Later + Later);

        Assert.Null(reopener.Fault);
        RocksDatabase? reopened = slot.TryAcquire();
        Assert.NotNull(reopened);
        Write(reopened, "other");
        reopened.Release();
        await slot.EmptyAsync();
    }

    private static Reopener Failed(Reopener reopener)
    {
        reopener.Failed(new RocksDbException("IO error: While fsync: Input/output error"), TimeSpan.Zero);
        return reopener;
    }

    private static void Write(RocksDatabase database, string key)
    {
        using WriteBatch batch = new();
        batch.Put(Encoding.UTF8.GetBytes(key), EntryHeader.For(0, 0), new ReadOnlySequence<byte>(new byte[300]));
        database.Write(batch, sync: true);
    }

    private static bool Holds(RocksDatabase database, string key)
    {
        nint slice = database.Get(Encoding.UTF8.GetBytes(key));
        if (slice == 0)
        {
            return false;
        }

        RocksDatabase.Unpin(slice);
        return true;
    }
}
