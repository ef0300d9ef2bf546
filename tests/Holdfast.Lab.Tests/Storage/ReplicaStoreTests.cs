using Holdfast.Lab.Storage;
using Xunit;

namespace Holdfast.Lab.Tests.Storage;

public sealed class ReplicaStoreTests
{
    private static readonly Guid Table = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    [Fact]
    public void A_full_disk_refuses_writes_and_serves_reads()
    {
        var store = new ReplicaStore(CommitLogSync.Periodic);
        store.Apply(Write(1, timestamp: 1), At(0));
        store.Fill();
        Assert.Equal(WriteOutcome.DiskFull, store.Apply(Write(1, timestamp: 2), At(1)));
        Assert.Equal(WriteOutcome.DiskFull, store.Truncate(Table));
        Assert.Equal(1, TimestampOf(store, 1));

        store.Free();
        Assert.Equal(WriteOutcome.Applied, store.Apply(Write(1, timestamp: 2), At(2)));
        Assert.Equal(2, TimestampOf(store, 1));
    }

    [Fact]
    public void A_bounded_table_keeps_its_newest_partitions_whatever_is_written_to_them()
    {
        var store = new ReplicaStore(CommitLogSync.Periodic) { Newest = new Dictionary<Guid, int> { [Table] = 2 } };
        store.Apply(Write(1, timestamp: 1), At(0));
        store.Apply(Write(2, timestamp: 1), At(1));
        store.Apply(Write(1, timestamp: 2), At(2));
        Assert.Equal(2, store.PartitionCount);

        store.Apply(Write(3, timestamp: 1), At(3));
        Assert.Null(store.Read(Table, Key(1)));
        Assert.Equal(1, TimestampOf(store, 2));
        Assert.Equal(1, TimestampOf(store, 3));
        Assert.Equal(2, store.Scan(Table).Count());
    }

    [Fact]
    public void A_loss_of_power_undoes_what_the_log_had_not_synced_and_nothing_else()
    {
        var store = new ReplicaStore(CommitLogSync.Periodic);
        store.Apply(Write(1, timestamp: 1), At(3));
        store.Apply(Write(2, timestamp: 1), At(9));
        store.Apply(Write(1, timestamp: 2), At(11));
        store.Apply(Write(1, timestamp: 3), At(12));
        store.Apply(Write(3, timestamp: 1), At(13));

        Assert.Equal(3, store.LosePower(At(14)));
        Assert.Equal(1, TimestampOf(store, 1));
        Assert.Equal(1, TimestampOf(store, 2));
        Assert.Null(store.Read(Table, Key(3)));
        Assert.Equal(0, store.LosePower(At(14)));
    }

    [Fact]
    public void A_log_synced_with_every_write_loses_nothing()
    {
        var store = new ReplicaStore(CommitLogSync.EveryWrite);
        store.Apply(Write(1, timestamp: 1), At(1));
        Assert.Equal(0, store.LosePower(At(1)));
        Assert.Equal(1, TimestampOf(store, 1));
    }

    [Fact]
    public void A_clean_stop_syncs_the_log()
    {
        var store = new ReplicaStore(CommitLogSync.Periodic);
        store.Apply(Write(1, timestamp: 1), At(1));
        store.Sync(At(2));
        Assert.Equal(0, store.LosePower(At(3)));
        Assert.Equal(1, TimestampOf(store, 1));
    }

    [Fact]
    public void A_truncated_table_stays_empty_after_a_loss_of_power()
    {
        var store = new ReplicaStore(CommitLogSync.Periodic);
        store.Apply(Write(1, timestamp: 1), At(1));
        store.Apply(Write(1, timestamp: 2), At(2));
        store.Truncate(Table);
        Assert.Equal(0, store.LosePower(At(3)));
        Assert.Null(store.Read(Table, Key(1)));
    }

    [Fact]
    public void A_snapshot_is_not_touched_by_later_writes_and_can_be_restored_twice()
    {
        var store = new ReplicaStore(CommitLogSync.Periodic);
        store.Apply(Write(1, timestamp: 1), At(1));
        var snapshot = store.TakeSnapshot();
        for (int round = 0; round < 2; round++)
        {
            store.Apply(Write(1, timestamp: 9), At(2));
            store.Apply(Write(2, timestamp: 9), At(2));
            store.Restore(snapshot, At(3));
            Assert.Equal(1, TimestampOf(store, 1));
            Assert.Null(store.Read(Table, Key(2)));
        }

        store.Clear(At(4));
        Assert.Equal(0, store.PartitionCount);
    }

    [Fact]
    public void A_scan_goes_round_the_ring_by_token()
    {
        var store = new ReplicaStore(CommitLogSync.Periodic);
        foreach (byte key in new byte[] { 3, 1, 2 })
        {
            store.Apply(Write(key, timestamp: 1), At(0));
        }

        Assert.Equal([-3, -2, -1], store.Scan(Table).Select(p => p.Key.Token));
        store.Apply(Write(4, timestamp: 1), At(0));
        Assert.Equal([-4, -3, -2, -1], store.Scan(Table).Select(p => p.Key.Token));
        Assert.Empty(store.Scan(Guid.Empty));
    }

    [Fact]
    public void A_compaction_forgets_a_tombstone_after_its_grace_and_then_the_partition()
    {
        var store = new ReplicaStore(CommitLogSync.Periodic);
        var row = new Row([], Liveness.None, Deletion.None, [Cell.Tombstone(0, 5, nowSeconds: 100)]);
        store.Apply(new Mutation(Table, new PartitionData(Key(1), Deletion.None, [row])), At(0));
        store.Purge(Table, nowSeconds: 150, graceSeconds: 50);
        Assert.NotNull(store.Read(Table, Key(1)));
        store.Purge(Table, nowSeconds: 151, graceSeconds: 50);
        Assert.Null(store.Read(Table, Key(1)));
    }

    [Fact]
    public void An_expired_value_becomes_a_tombstone_of_the_time_it_was_written()
    {
        var store = new ReplicaStore(CommitLogSync.Periodic);
        var row = new Row([], Liveness.None, Deletion.None, [Cell.Expiring(0, 5, timeToLive: 60, nowSeconds: 100, [1])]);
        store.Apply(new Mutation(Table, new PartitionData(Key(1), Deletion.None, [row])), At(0));
        store.Purge(Table, nowSeconds: 159, graceSeconds: 100);
        Assert.True(store.Read(Table, Key(1))!.Rows[0].IsLive(159));
        store.Purge(Table, nowSeconds: 160, graceSeconds: 100);
        Assert.Equal(Cell.Tombstone(0, 5, 100), store.Read(Table, Key(1))!.Rows[0].Cells[0]);
        store.Purge(Table, nowSeconds: 201, graceSeconds: 100);
        Assert.Null(store.Read(Table, Key(1)));
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);

    private static PartitionKey Key(byte key) => new([key], -key);

    private static Mutation Write(byte key, long timestamp) =>
        new(Table, new PartitionData(
            Key(key), Deletion.None, [new Row([], Liveness.Live(timestamp), Deletion.None, [Cell.Live(0, timestamp, [key])])]));

    private static long? TimestampOf(ReplicaStore store, byte key) => store.Read(Table, Key(key))?.Rows[0].Cells[0].Timestamp;
}
