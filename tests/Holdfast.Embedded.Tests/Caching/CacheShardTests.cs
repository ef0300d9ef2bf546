using System.Buffers.Binary;
using Holdfast.Embedded.Caching;
using Xunit;

namespace Holdfast.Embedded.Tests.Caching;

/// <summary>The cache against a model of the database: it may forget, but never say what a commit has replaced.</summary>
public sealed class CacheShardTests
{
    private const int CapacityBytes = 8_000;

    private readonly CacheShard _shard = new(CapacityBytes);

    [Fact]
    public void What_a_read_brought_is_found()
    {
        Assert.Null(_shard.Find(Key(1), out long version));
        CachedValue entry = Entry(1, 7);

        _shard.AddIfUnchanged(entry, version);

        Assert.Same(entry, _shard.Find(Key(1), out _));
        Assert.Equal(entry.CostBytes, _shard.Bytes);
    }

    [Fact]
    public void What_a_read_brought_is_dropped_when_a_commit_came_between()
    {
        _shard.Find(Key(1), out long version);
        Commit(1);

        _shard.AddIfUnchanged(Entry(1, 7), version);

        Assert.Null(_shard.Find(Key(1), out _));
        Assert.Equal(0, _shard.Bytes);
    }

    [Fact]
    public void What_was_read_before_a_commit_is_not_kept_while_others_may_see_what_is_committed()
    {
        Bring(1, 7);
        _shard.Find(Key(2), out long version);
        _shard.Begin(Key(1));
        _shard.Begin(Key(2));

        Assert.Null(_shard.Find(Key(1), out long during));
        _shard.AddIfUnchanged(Entry(1, 7), during);
        _shard.AddIfUnchanged(Entry(2, 7), version);
        Assert.Equal(0, _shard.Bytes);

        _shard.End(Key(1));
        _shard.End(Key(2));
        _shard.AddIfUnchanged(Entry(1, 7), during);
        Assert.Null(_shard.Find(Key(1), out _));
        Bring(1, 8);
        Assert.NotNull(_shard.Find(Key(1), out _));
    }

    [Fact]
    public void A_key_that_one_batch_writes_twice_is_kept_again_after_both()
    {
        _shard.Begin(Key(1));
        _shard.Begin(Key(1));
        _shard.End(Key(1));
        Bring(1, 7);
        Assert.Null(_shard.Find(Key(1), out _));

        _shard.End(Key(1));
        Bring(1, 8);
        Assert.NotNull(_shard.Find(Key(1), out _));
    }

    [Fact]
    public void What_a_read_brought_is_dropped_when_everything_was_forgotten_between()
    {
        _shard.Find(Key(1), out long version);
        _shard.Clear();

        _shard.AddIfUnchanged(Entry(1, 7), version);

        Assert.Null(_shard.Find(Key(1), out _));
    }

    [Fact]
    public void Of_two_readers_that_bring_the_same_key_one_is_kept_and_counted_once()
    {
        _shard.Find(Key(1), out long version);
        CachedValue first = Entry(1, 7);

        _shard.AddIfUnchanged(first, version);
        _shard.AddIfUnchanged(Entry(1, 7), version);

        Assert.Same(first, _shard.Find(Key(1), out _));
        Assert.Equal(first.CostBytes, _shard.Bytes);
    }

    [Fact]
    public void An_entry_that_was_read_outlives_one_that_was_not()
    {
        Bring(0, 1);
        Bring(1, 1);
        _shard.Find(Key(0), out _);
        for (int key = 2; _shard.Find(Key(1), out _) is { } kept; key++)
        {
            kept.Visited = false; // looking is not reading here
            Bring(key, 1);
            Assert.InRange(key, 2, 1_000);
        }

        Assert.NotNull(_shard.Find(Key(0), out _));
    }

    [Fact]
    public void An_entry_larger_than_its_share_is_not_kept()
    {
        Bring(1, 1);
        _shard.Find(Key(2), out long version);

        _shard.AddIfUnchanged(new CachedValue(Key(2), new byte[_shard.EntryMaxBytes], new EntryHeader(0)), version);

        Assert.Null(_shard.Find(Key(2), out _));
        Assert.NotNull(_shard.Find(Key(1), out _));
    }

    [Fact]
    public void A_cache_without_room_keeps_nothing()
    {
        CacheShard none = new(0);
        none.Find(Key(1), out long version);

        none.AddIfUnchanged(Entry(1, 1), version);

        Assert.Null(none.Find(Key(1), out _));
        Assert.Equal(0, none.Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20_261_123)]
    public void However_reads_and_commits_interleave_no_read_is_older_than_an_acknowledgement(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        int[] onDisk = new int[100];
        int[] acknowledged = new int[100];
        HashSet<int> committing = [];
        List<(CachedValue Entry, long Version)> reading = [];
        int hits = 0;
        for (int step = 0; step < 50_000; step++)
        {
            int key = random.Next(onDisk.Length);
            switch (random.Next(100))
            {
                case < 50: // a read asks the cache and, after a miss, the disk
                    if (_shard.Find(Key(key), out long version) is { } found)
                    {
                        hits++;
                        Assert.InRange(NumberIn(found), acknowledged[key], onDisk[key]);
                    }
                    else
                    {
                        reading.Add((Entry(key, onDisk[key]), version));
                    }

                    break;
                case < 90 when reading.Count > 0: // any of the reads comes back, late or soon
                    int which = random.Next(reading.Count);
                    _shard.AddIfUnchanged(reading[which].Entry, reading[which].Version);
                    reading.RemoveAt(which);
                    break;
                case < 94: // a commit reaches the disk
                    onDisk[key]++;
                    committing.Add(key);
                    break;
                case < 99: // the cache is told, and only then the caller
                    foreach (int written in committing)
                    {
                        Commit(written);
                        acknowledged[written] = onDisk[written];
                    }

                    committing.Clear();
                    break;
                default:
                    if (random.Next(10) == 0)
                    {
                        _shard.Clear();
                    }

                    break;
            }

            Assert.InRange(_shard.Bytes, 0, CapacityBytes);
        }

        Assert.True(hits > 1_000, $"seed {seed}: only {hits} hits: the model shows nothing");
        for (int key = 0; key < onDisk.Length; key++)
        {
            Commit(key);
        }

        Assert.Equal(0, _shard.Bytes);
    }

    private static byte[] Key(int key) => BitConverter.GetBytes(key);

    private static CachedValue Entry(int key, int number)
    {
        byte[] value = new byte[50 + (key * 3)];
        BinaryPrimitives.WriteInt32LittleEndian(value, number);
        return new CachedValue(Key(key), value, new EntryHeader(0));
    }

    private static int NumberIn(CachedValue entry) => BinaryPrimitives.ReadInt32LittleEndian(entry.Value);

    private void Bring(int key, int number)
    {
        _shard.Find(Key(key), out long version);
        _shard.AddIfUnchanged(Entry(key, number), version);
    }

    private void Commit(int key)
    {
        _shard.Begin(Key(key));
        _shard.End(Key(key));
    }
}
