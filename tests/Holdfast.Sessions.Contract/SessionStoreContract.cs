using System.Buffers;
using System.Text;
using Xunit;

namespace Holdfast.Sessions.Contract;

/// <summary>
/// What every session store must do, as tests that every store's test project inherits. A store adds only how to make one
/// and how time passes for it.
/// </summary>
public abstract class SessionStoreContract : IAsyncLifetime
{
    private ISessionStore? _store;

    /// <summary>The store under test.</summary>
    protected ISessionStore Store => _store ?? throw new InvalidOperationException("The store is not open.");

    private static CancellationToken None => CancellationToken.None;

    /// <summary>Opens an empty store.</summary>
    protected abstract ValueTask<ISessionStore> OpenAsync();

    /// <summary>Lets so much time pass for the store: a fake clock moves, a real one is waited for.</summary>
    protected abstract ValueTask PassAsync(TimeSpan time);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task All_byte_values_come_back_as_they_went()
    {
        byte[] value = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        await SetAsync("all", value);

        Assert.Equal(value, await GetAsync("all"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_500)]
    [InlineData(70_000)]
    [InlineData(1_048_576)]
    public async Task Values_of_every_size_up_to_a_mebibyte_come_back(int length)
    {
        byte[] value = Bytes(length, seed: length);

        await SetAsync("sized", value);

        Assert.Equal(value, await GetAsync("sized"));
    }

    [Fact]
    public async Task A_value_in_many_segments_is_one_value()
    {
        byte[] value = Bytes(10_000, seed: 1);

        WriteResult result = await Store.SetAsync(Key("segments"), Segmented(value, 7), SessionTtl.Never, None);

        Assert.Equal(StoreStatus.Ok, result.Status);
        Assert.Equal(value, await GetAsync("segments"));
    }

    [Fact]
    public async Task What_was_never_stored_is_not_found()
    {
        Assert.Null(await GetAsync("absent"));
    }

    [Fact]
    public async Task An_overwrite_replaces_value_and_time_to_live()
    {
        await SetAsync("over", Bytes(100, 1), new SessionTtl(10));
        await SetAsync("over", Bytes(50, 2), new SessionTtl(1_000));

        Assert.Equal(Bytes(50, 2), await GetAsync("over"));
        Assert.InRange(await TtlLeftAsync("over") ?? -1, 998, 1_000);
    }

    [Fact]
    public async Task An_entry_lives_exactly_as_long_as_it_was_given()
    {
        await SetAsync("lives", Bytes(10, 1), new SessionTtl(3));
        Assert.InRange(await TtlLeftAsync("lives") ?? -1, 2, 3);

        await PassAsync(TimeSpan.FromSeconds(1.5));
        Assert.InRange(await TtlLeftAsync("lives") ?? -1, 1, 2);

        await PassAsync(TimeSpan.FromSeconds(1.7));
        Assert.Null(await GetAsync("lives"));
    }

    [Fact]
    public async Task An_entry_without_a_time_to_live_says_zero_and_stays()
    {
        await SetAsync("stays", Bytes(10, 1), SessionTtl.Never);
        await PassAsync(TimeSpan.FromSeconds(1.5));

        Assert.Equal(0, await TtlLeftAsync("stays"));
        Assert.Equal(Bytes(10, 1), await GetAsync("stays"));
    }

    [Fact]
    public async Task A_deleted_entry_is_gone_and_may_be_stored_again()
    {
        await SetAsync("deleted", Bytes(10, 1));
        await DeleteAsync("deleted");
        Assert.Null(await GetAsync("deleted"));

        await SetAsync("deleted", Bytes(10, 2));
        Assert.Equal(Bytes(10, 2), await GetAsync("deleted"));
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_fine() => await DeleteAsync("absent");

    [Fact]
    public async Task Keys_that_differ_in_one_byte_never_meet()
    {
        string[] keys = ["a/b", "a%2Fb", "a%252Fb", "A/b", "a/b ", " a/b", "a/b\0", "a", "..", ".", "ä", "a\u0308"];
        foreach (string key in keys)
        {
            await SetAsync(key, Encoding.UTF8.GetBytes("value of " + key));
        }

        foreach (string key in keys)
        {
            Assert.Equal("value of " + key, Encoding.UTF8.GetString(await GetAsync(key) ?? []));
        }
    }

    [Fact]
    public async Task Writers_of_one_key_never_mix_and_the_last_acknowledged_one_wins()
    {
        for (int round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
                () => SetAsync("contended", [.. Enumerable.Repeat((byte)i, 500 + i)]), None)));
            byte[] found = await GetAsync("contended") ?? [];
            Assert.Equal(500 + found[0], found.Length);
            Assert.All(found, b => Assert.Equal(found[0], b));

            await SetAsync("contended", [200]);
            Assert.Equal([200], await GetAsync("contended"));
        }
    }

    [Fact]
    public async Task Readers_beside_a_writer_see_whole_values_that_never_go_back()
    {
        using CancellationTokenSource done = new();
        Task writer = Task.Run(
            async () =>
            {
                for (int i = 1; i <= 500; i++)
                {
                    await SetAsync("watched", [.. Enumerable.Repeat(BitConverter.GetBytes(i), 64).SelectMany(b => b)]);
                }

                await done.CancelAsync();
            },
            None);
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                int last = 0;
                while (!done.IsCancellationRequested)
                {
                    if (await GetAsync("watched") is { } value)
                    {
                        int now = BitConverter.ToInt32(value);
                        Assert.InRange(now, last, 500);
                        Assert.All(value.Chunk(4), part => Assert.Equal(now, BitConverter.ToInt32(part)));
                        last = now;
                    }
                }
            },
            None))];

        await Task.WhenAll([writer, .. readers]).WaitAsync(TimeSpan.FromMinutes(2), None);
    }

    [Fact]
    public async Task Many_keys_at_once_all_come_back()
    {
        await Task.WhenAll(Enumerable.Range(0, 32).Select(w => Task.Run(
            async () =>
            {
                for (int i = 0; i < 50; i++)
                {
                    await SetAsync($"many:{w}:{i}", Bytes(200, (w * 1000) + i));
                }
            },
            None)));

        for (int w = 0; w < 32; w++)
        {
            for (int i = 0; i < 50; i++)
            {
                Assert.Equal(Bytes(200, (w * 1000) + i), await GetAsync($"many:{w}:{i}"));
            }
        }
    }

    [Fact]
    public async Task A_lease_keeps_its_bytes_while_the_entry_is_overwritten_and_deleted()
    {
        foreach (int length in new[] { 1_000, 1_000_000 })
        {
            await SetAsync("leased", Bytes(length, 1));
            ReadResult read = await Store.GetAsync(Key("leased"), None);
            await SetAsync("leased", Bytes(length, 2));
            await DeleteAsync("leased");

            ArrayBufferWriter<byte> copy = new();
            using (SessionLease lease = Assert.IsType<SessionLease>(read.Lease, exactMatch: false))
            {
                Assert.Equal(length, lease.Length);
                lease.CopyTo(copy);
            }

            Assert.Equal(Bytes(length, 1), copy.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public async Task A_caller_that_gave_up_before_it_asked_gets_a_cancellation()
    {
        CancellationToken gaveUp = new(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.GetAsync(Key("given-up"), gaveUp));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.SetAsync(Key("given-up"), new(Bytes(10, 1)), SessionTtl.Never, gaveUp));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.DeleteAsync(Key("given-up"), gaveUp));
        Assert.Null(await GetAsync("given-up"));
    }

    [Fact]
    public async Task Callers_that_give_up_midway_leave_whole_values_and_a_store_that_works()
    {
        Random random = new(11);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            using CancellationTokenSource giveUp = new();
            Task write = SetAsync($"midway:{i % 10}", [.. Enumerable.Repeat((byte)i, 300)], SessionTtl.Never, giveUp.Token);
            if (i % 2 == 0)
            {
                await Task.Yield();
                await giveUp.CancelAsync();
            }

            try
            {
                await write;
            }
            catch (OperationCanceledException)
            {
                // It may or may not have been stored; what counts is below.
            }
        }));

        for (int i = 0; i < 10; i++)
        {
            byte[] found = await GetAsync($"midway:{i}") ?? [];
            Assert.All(found, b => Assert.Equal(found[0], b));
            byte[] after = Bytes(10, random.Next());
            await SetAsync($"midway:{i}", after);
            Assert.Equal(after, await GetAsync($"midway:{i}"));
        }
    }

    [Fact]
    public async Task A_store_that_works_says_that_it_is_ready()
    {
        Assert.True((await Store.CheckReadinessAsync(None)).IsReady);
    }

    /// <summary>A key of its own memory.</summary>
    protected static SessionKey Key(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes that a seed decides.</summary>
    protected static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Stores and expects it to be acknowledged.</summary>
    protected async Task SetAsync(
        string key, byte[] value, SessionTtl ttl = default, CancellationToken cancellationToken = default)
    {
        WriteResult result = await Store.SetAsync(Key(key), new ReadOnlySequence<byte>(value), ttl, cancellationToken);
        Assert.Equal(StoreStatus.Ok, result.Status);
    }

    /// <summary>Deletes and expects it to be acknowledged.</summary>
    protected async Task DeleteAsync(string key)
    {
        WriteResult result = await Store.DeleteAsync(Key(key), None);
        Assert.Equal(StoreStatus.Ok, result.Status);
    }

    /// <summary>The value, null when there is none.</summary>
    protected async Task<byte[]?> GetAsync(string key)
    {
        ReadResult read = await Store.GetAsync(Key(key), None);
        if (read.Status == StoreStatus.NotFound)
        {
            return null;
        }

        Assert.Equal(StoreStatus.Ok, read.Status);
        using SessionLease lease = Assert.IsType<SessionLease>(read.Lease, exactMatch: false);
        ArrayBufferWriter<byte> copy = new();
        lease.CopyTo(copy);
        Assert.Equal(lease.Length, copy.WrittenCount);
        return copy.WrittenSpan.ToArray();
    }

    private async Task<int?> TtlLeftAsync(string key)
    {
        ReadResult read = await Store.GetAsync(Key(key), None);
        using SessionLease? lease = read.Lease;
        return lease?.TtlSecondsLeft;
    }

    private static ReadOnlySequence<byte> Segmented(byte[] value, int segments)
    {
        Segment first = new(value.AsMemory(0, 1), 0);
        Segment last = first;
        int step = (value.Length / segments) + 1;
        for (int at = 1; at < value.Length; at += step)
        {
            last = last.Append(value.AsMemory(at, Math.Min(step, value.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long at)
        {
            Memory = memory;
            RunningIndex = at;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
