using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Embedded.Tests;

/// <summary>Time to live, to the second, whatever the cache, compaction and the clock do.</summary>
public sealed class ExpiryTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_entry_is_there_to_its_last_millisecond_and_gone_after_it(bool cached)
    {
        await using EmbeddedSessionStore store = Open(cached);
        await store.Set("key", "value", ttlSeconds: 60);
        Assert.Equal(60, await store.TtlLeft("key"));

        _time.Advance(TimeSpan.FromMilliseconds(59_999));
        Assert.Equal("value", await store.Get("key"));
        Assert.Equal(1, await store.TtlLeft("key"));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await store.Get("key"));
    }

    [Fact]
    public async Task Compaction_changes_no_answer_and_reclaims_what_has_expired()
    {
        await using EmbeddedSessionStore store = Open(cached: false);
        string bulk = new('x', 2_000);
        for (int i = 0; i < 2_000; i++)
        {
            await store.Set($"short{i}", bulk, ttlSeconds: 10);
        }

        await store.Set("long", "kept", ttlSeconds: 1_000);
        await store.Set("ever", "kept", ttlSeconds: 0);
        store.CompactAll();
        Assert.Equal(bulk, await store.Get("short7"));
        Assert.InRange(store.Property("rocksdb.estimate-num-keys"), 2_000, 2_100);

        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await store.Get("short7"));
        store.CompactAll();
        store.CompactAll(); // the first leaves the newest level's files where they are; the second rewrites them

        Assert.InRange(store.Property("rocksdb.estimate-num-keys"), 0, 100);
        Assert.Equal("kept", await store.Get("long"));
        Assert.Equal("kept", await store.Get("ever"));
    }

    [Fact]
    public async Task A_clock_that_steps_back_resurrects_nothing_that_was_deleted()
    {
        await using (EmbeddedSessionStore store = Open(cached: true))
        {
            await store.Set("key", "old", ttlSeconds: 10_000);
            await store.Delete("key");
            _time.AdjustTime(_time.GetUtcNow().AddHours(-1));
            Assert.Null(await store.Get("key"));
            store.CompactAll();
            Assert.Null(await store.Get("key"));
        }

        await using EmbeddedSessionStore reopened = Open(cached: true);
        Assert.Null(await reopened.Get("key"));
    }

    [Fact]
    public async Task The_last_write_wins_even_when_the_clock_stepped_back_between()
    {
        await using EmbeddedSessionStore store = Open(cached: false);
        await store.Set("key", "first", ttlSeconds: 10_000);
        _time.AdjustTime(_time.GetUtcNow().AddHours(-1));
        await store.Set("key", "second", ttlSeconds: 10_000);
        _time.AdjustTime(_time.GetUtcNow().AddHours(1));

        Assert.Equal("second", await store.Get("key"));
    }

    private EmbeddedSessionStore Open(bool cached) =>
        _folder.Open(_time, options => options.CacheBytes = cached ? 1 << 20 : 0);
}
