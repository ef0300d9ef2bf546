using Holdfast.Embedded.Backup;
using Holdfast.Embedded.Opening;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Holdfast.Embedded.Tests.Backup;

/// <summary>A backup of the running store, and the store that is made from it.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    private string Target => Path.Combine(_folder.Path, "backup");

    private EmbeddedStoreOptions Elsewhere => new() { Path = Path.Combine(_folder.Path, "restored"), MinFreeBytes = 0 };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_restored_store_answers_identically_times_to_live_included()
    {
        Collected progress = new();
        await using EmbeddedSessionStore store = _folder.Open(_time);
        for (int i = 0; i < 1_000; i++)
        {
            await store.Set($"key{i}", $"value {i}", ttlSeconds: i);
        }

        await store.Delete("key5");
        await store.BackupAsync(Target, progress, CancellationToken.None);
        await store.Set("key6", "after the backup");
        _time.Advance(TimeSpan.FromSeconds(100));
        await StoreRestore.RestoreAsync(Target, Elsewhere, progress, CancellationToken.None);

        await using EmbeddedSessionStore restored = _folder.Open(_time, options => options.Path = Elsewhere.Path);
        for (int i = 0; i < 1_000; i++)
        {
            bool there = i != 5 && (i == 0 || i > 100);
            Assert.Equal(there ? $"value {i}" : null, await restored.Get($"key{i}"));
            Assert.Equal(there ? Math.Max(0, i - 100) : null, await restored.TtlLeft($"key{i}"));
        }

        Assert.Equal(progress.Last.BytesTotal, progress.Last.BytesDone);
        Assert.True(progress.Last.BytesTotal > 0);
        Assert.False(Directory.Exists(Path.Combine(_folder.Data, "backup-in-progress")));
    }

    [Fact]
    public async Task A_backup_taken_under_writes_is_of_one_moment()
    {
        await using EmbeddedSessionStore store = _folder.Open(_time);
        using CancellationTokenSource done = new();
        Task writer = Task.Run(
            async () =>
            {
                for (int i = 0; !done.IsCancellationRequested; i++)
                {
                    await store.Set("first", $"{i}");
                    await store.Set("second", $"{i}");
                }
            },
            CancellationToken.None);
        await store.BackupAsync(Target, new Collected(), CancellationToken.None);
        await done.CancelAsync();
        await writer;

        await StoreRestore.RestoreAsync(Target, Elsewhere, new Collected(), CancellationToken.None);
        await using EmbeddedSessionStore restored = _folder.Open(_time, options => options.Path = Elsewhere.Path);

        // The second is written after the first: at any one moment it is the same or one behind.
        int first = int.Parse(await restored.Get("first") ?? "-1", System.Globalization.CultureInfo.InvariantCulture);
        int second = int.Parse(await restored.Get("second") ?? "-1", System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(first - second, 0, 1);
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_neither_backed_up_nor_restored_into()
    {
        await using EmbeddedSessionStore store = _folder.Open(_time);
        await store.Set("key", "value");
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "thesis.txt"), "the only copy");

        await Assert.ThrowsAsync<IOException>(() => store.BackupAsync(Target, new Collected(), CancellationToken.None));
        Assert.Equal(["thesis.txt"], Directory.GetFileSystemEntries(Target).Select(Path.GetFileName));

        string good = Path.Combine(_folder.Path, "good");
        await store.BackupAsync(good, new Collected(), CancellationToken.None);
        Directory.CreateDirectory(Elsewhere.Path);
        File.WriteAllText(Path.Combine(Elsewhere.Path, "thesis.txt"), "the only copy");
        await Assert.ThrowsAsync<IOException>(
            () => StoreRestore.RestoreAsync(good, Elsewhere, new Collected(), CancellationToken.None));
        Assert.Equal(["thesis.txt"], Directory.GetFileSystemEntries(Elsewhere.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_backup_without_its_list_or_with_a_changed_byte_is_refused()
    {
        await using EmbeddedSessionStore store = _folder.Open(_time);
        for (int i = 0; i < 50; i++)
        {
            await store.Set($"key{i}", new string('x', 500));
        }

        await store.BackupAsync(Target, new Collected(), CancellationToken.None);
        string log = Directory.GetFiles(Target, "*.log").Single();
        byte[] bytes = File.ReadAllBytes(log);
        bytes[^20] ^= 1;
        File.WriteAllBytes(log, bytes);
        IOException changed = await Assert.ThrowsAsync<IOException>(
            () => StoreRestore.RestoreAsync(Target, Elsewhere, new Collected(), CancellationToken.None));
        Assert.Contains(log, changed.Message, StringComparison.Ordinal);
        Assert.Throws<StoreOpenException>(() => _folder.Open(_time, options => options.Path = Elsewhere.Path));

        File.Delete(Path.Combine(Target, "BACKUP"));
        Directory.Delete(Elsewhere.Path, recursive: true);
        IOException unfinished = await Assert.ThrowsAsync<IOException>(
            () => StoreRestore.RestoreAsync(Target, Elsewhere, new Collected(), CancellationToken.None));
        Assert.Contains("not a finished backup", unfinished.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_backup_leaves_nothing_behind()
    {
        await using EmbeddedSessionStore store = _folder.Open(_time);
        await store.Set("key", "value");
        using CancellationTokenSource gaveUp = new();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.BackupAsync(Target, new Collected(gaveUp.Cancel), gaveUp.Token));

        Assert.False(Directory.Exists(Target));
        Assert.False(Directory.Exists(Path.Combine(_folder.Data, "backup-in-progress")));
    }

    [Theory]
    [InlineData("backup-in-progress")]
    [InlineData("backup-in-progress.tmp")]
    public async Task What_a_killed_backup_left_keeps_no_room_taken_after_the_next_start(string name)
    {
        await using (EmbeddedSessionStore store = _folder.Open(_time))
        {
            await store.Set("key", "value");
        }

        string left = Path.Combine(_folder.Data, name);
        Directory.CreateDirectory(left);
        File.WriteAllText(Path.Combine(left, "000009.sst"), "linked");

        await using EmbeddedSessionStore next = _folder.Open(_time);

        Assert.False(Directory.Exists(left));
        Assert.Equal("value", await next.Get("key"));
    }

    [Theory]
    [InlineData("thesis.txt", false)]
    [InlineData("CURRENT", true)]
    public async Task What_somebody_else_puts_into_the_folder_meanwhile_is_left_alone(string name, bool collides)
    {
        await using EmbeddedSessionStore store = _folder.Open(_time);
        await store.Set("key", "value");
        using CancellationTokenSource gaveUp = new();
        string theirs = Path.Combine(Target, name);
        Collected progress = new(() =>
        {
            if (!File.Exists(theirs))
            {
                File.WriteAllText(theirs, "the only copy");
            }
            else if (!collides)
            {
                gaveUp.Cancel();
            }
        });

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => store.BackupAsync(Target, progress, gaveUp.Token));

        Assert.True(collides ? failure is IOException : failure is OperationCanceledException, $"{failure}");
        Assert.Equal([theirs], Directory.GetFileSystemEntries(Target));
        Assert.Equal("the only copy", File.ReadAllText(theirs));
    }

    [Fact]
    public async Task A_backup_that_would_take_the_room_kept_for_sessions_is_refused_before_its_first_byte()
    {
        await using EmbeddedSessionStore store = _folder.Open(_time, options => options.MinFreeBytes = long.MaxValue / 2);

        IOException refusal = await Assert.ThrowsAsync<IOException>(
            () => store.BackupAsync(Target, new Collected(), CancellationToken.None));

        Assert.Contains(Target, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("storage.embedded.min_free_bytes", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));
        Assert.False(Directory.Exists(Path.Combine(_folder.Data, "backup-in-progress")));
    }

    [Fact]
    public async Task Nobody_restores_into_a_folder_that_another_one_is_restoring_into_or_opens_it()
    {
        await using EmbeddedSessionStore store = _folder.Open(_time);
        await store.Set("key", "value");
        await store.BackupAsync(Target, new Collected(), CancellationToken.None);
        using (StoreFolder.Claim(Elsewhere.Path))
        {
            StoreOpenException second = await Assert.ThrowsAsync<StoreOpenException>(
                () => StoreRestore.RestoreAsync(Target, Elsewhere, new Collected(), CancellationToken.None));
            Assert.Contains("another process", second.Message, StringComparison.Ordinal);
            Assert.Throws<StoreOpenException>(() => _folder.Open(_time, options => options.Path = Elsewhere.Path));
            Assert.Equal(["LOCK"], Directory.GetFileSystemEntries(Elsewhere.Path).Select(Path.GetFileName));
        }

        bool held = false;
        Collected progress = new(() => held = !CanTake(Path.Combine(Elsewhere.Path, "LOCK")));

        await StoreRestore.RestoreAsync(Target, Elsewhere, progress, CancellationToken.None);

        Assert.True(held, "a restore does not hold the folder");
        await using EmbeddedSessionStore restored = _folder.Open(_time, options => options.Path = Elsewhere.Path);
        Assert.Equal("value", await restored.Get("key"));
    }

    private static bool CanTake(string file)
    {
        try
        {
            using FileStream taken = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private sealed class Collected(Action? onReport = null) : IProgress<BackupProgress>
    {
        public BackupProgress Last { get; private set; }

        public void Report(BackupProgress value)
        {
            Last = value;
            onReport?.Invoke();
        }
    }
}
