using CsCheck;
using Holdfast.Lab.Storage;
using Xunit;

namespace Holdfast.Lab.Tests.Storage;

public sealed class ReconcilerTests
{
    private const long Now = 11;

    [Fact]
    public void Merging_is_commutative() =>
        Gen.Select(PartitionGen.Partition, PartitionGen.Partition)
            .Sample((a, b) => Assert.Equal(Reconciler.Merge(a, b), Reconciler.Merge(b, a)), iter: 20_000);

    [Fact]
    public void Merging_is_associative() =>
        Gen.Select(PartitionGen.Partition, PartitionGen.Partition, PartitionGen.Partition).Sample(
            (a, b, c) => Assert.Equal(Reconciler.Merge(Reconciler.Merge(a, b), c), Reconciler.Merge(a, Reconciler.Merge(b, c))),
            iter: 20_000);

    [Fact]
    public void Merging_is_idempotent() =>
        Gen.Select(PartitionGen.Partition, PartitionGen.Partition).Sample(
            (a, b) =>
            {
                var merged = Reconciler.Merge(a, b);
                Assert.Equal(merged, Reconciler.Merge(merged, a));
                Assert.Equal(merged, Reconciler.Merge(merged, merged));
                Assert.Equal(Reconciler.Merge(a, a), Reconciler.Merge(a, PartitionData.Empty(a.Key)));
            },
            iter: 20_000);

    [Fact]
    public void What_a_replica_knows_does_not_depend_on_the_order_of_its_writes() =>
        Gen.Select(PartitionGen.Partition.Array[1, 6], Gen.Int).Sample(
            (updates, seed) =>
            {
                var shuffled = updates.ToArray();
                new Random(seed).Shuffle(shuffled);
                var straight = Written(updates);
                var other = Written(shuffled);
                Assert.Equal(straight, other);
                Assert.Equal(straight?.Digest, other?.Digest);
            },
            iter: 20_000);

    [Fact]
    public void A_repaired_replica_has_what_the_others_have_and_needs_no_second_repair() =>
        Gen.Select(PartitionGen.Partition, PartitionGen.Partition).Sample(
            (a, b) =>
            {
                var known = Reconciler.Merge(a, PartitionData.Empty(a.Key));
                var merged = Reconciler.Merge(a, b);
                var repair = ReadRepair.Difference(merged, known);
                Assert.Equal(merged, repair is null ? known : Reconciler.Merge(known, repair));
                Assert.Null(ReadRepair.Difference(merged, merged));
            },
            iter: 20_000);

    [Fact]
    public void Equal_content_has_equal_digests_and_other_content_others() =>
        Gen.Select(PartitionGen.Partition, PartitionGen.Partition).Sample(
            (a, b) =>
            {
                a = Reconciler.Merge(a, a);
                b = Reconciler.Merge(b, b);
                Assert.Equal(a.Equals(b), a.Digest == b.Digest);
            },
            iter: 20_000);

    [Fact]
    public void A_compaction_changes_nothing_that_a_reader_sees() =>
        PartitionGen.Partition.Sample(
            partition =>
            {
                partition = Reconciler.Merge(partition, partition);
                var purged = Purger.Purge(partition, Now, graceSeconds: 5);
                Assert.Equal(Visible(partition), Visible(purged));
                Assert.Equal(Visible(partition), Visible(Purger.Purge(partition, Now, graceSeconds: 0)));
            },
            iter: 20_000);

    [Fact]
    public void The_later_timestamp_wins() =>
        Assert.Equal(Cell.Live(0, 2, [1]), Reconciler.Reconcile(Cell.Live(0, 1, [9]), Cell.Live(0, 2, [1])));

    [Fact]
    public void Of_equal_timestamps_the_tombstone_wins_then_what_expires_then_the_larger_value()
    {
        var tombstone = Cell.Tombstone(0, 1, nowSeconds: 5);
        var expiring = Cell.Expiring(0, 1, timeToLive: 100, nowSeconds: 5, [1]);
        var live = Cell.Live(0, 1, [200]);
        Assert.Equal(tombstone, Reconciler.Reconcile(tombstone, expiring));
        Assert.Equal(expiring, Reconciler.Reconcile(live, expiring));
        Assert.Equal(live, Reconciler.Reconcile(live, Cell.Live(0, 1, [100, 255])));
    }

    [Fact]
    public void Of_two_expiring_values_with_one_timestamp_the_longer_lived_wins_whatever_its_bytes()
    {
        var longer = Cell.Expiring(0, 1, timeToLive: 100, nowSeconds: 5, [1]);
        Assert.Equal(longer, Reconciler.Reconcile(longer, Cell.Expiring(0, 1, timeToLive: 50, nowSeconds: 5, [2])));
    }

    private static PartitionData? Written(IEnumerable<PartitionData> updates)
    {
        var store = new ReplicaStore(CommitLogSync.Periodic);
        foreach (var update in updates)
        {
            store.Apply(new Mutation(Guid.Empty, update), TimeSpan.Zero);
        }

        return store.Read(Guid.Empty, PartitionGen.Key);
    }

    private static List<string> Visible(PartitionData partition)
    {
        List<string> seen = [];
        foreach (var row in partition.Rows)
        {
            if (!row.IsLive(Now))
            {
                continue;
            }

            var cells = row.Cells.ToArray().Where(c => c.IsLive(Now)).Select(c => $"{c.Column}={c.Value[0]}@{c.Timestamp}");
            seen.Add($"{row.Clustering[0]}: {string.Join(' ', cells)}");
        }

        return seen;
    }
}
